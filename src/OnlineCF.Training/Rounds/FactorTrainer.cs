using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;
using static TorchSharp.torch;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Trains candidates from the rating log on TorchSharp, measures them and judges whether they may serve.
/// The log is read by the thread that trains; it should be one of the caller's own.
/// </summary>
public sealed class FactorTrainer : IModelTrainer
{
    private const int ReadLimit = 8192;

    /// <summary>
    /// At most so many users are measured after an epoch: with 5,000 the standard error of NDCG@10 is below
    /// 0.005, and measuring takes seconds even with 100,000 movies.
    /// </summary>
    private const int MaxMeasuredUsers = 5000;

    private readonly IRatingReader _log;
    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private RatingHistory _history = new();
    private readonly Champion _champion = new();
    private readonly Device _device;

    /// <summary>Loads libtorch and chooses the device.</summary>
    /// <param name="ratings">Where the ratings come from.</param>
    /// <param name="options">Validated settings.</param>
    /// <param name="time">Stamps the candidates.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here.</exception>
    /// <exception cref="DeviceUnavailableException">Training:Device is cuda and there is none.</exception>
    public FactorTrainer(IRatingReader ratings, TrainingOptions options, TimeProvider time, Action<string> log)
    {
        (_log, _options, _time) = (ratings, options, time);
        TorchRuntime.Initialize(log);
        Device = TorchRuntime.DeviceOf(options.Device);
        _device = device(Device);
    }

    /// <inheritdoc/>
    public string Device { get; }

    /// <inheritdoc/>
    public int Threads => TorchRuntime.Threads;

    /// <inheritdoc/>
    /// <exception cref="DivergedException">The loss is no longer a finite number; there is no candidate.</exception>
    public TrainingResult Train(
        TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        ReadLog(cancellationToken);
        var serving = request.Serving;
        var set = TrainingSet.Create(
            _history, (user, movie) => HoldOut.Contains(user, movie, _options.ValidationFraction),
            serving?.TrainedSequence ?? 0, _options.HalfLifeRatings);
        var stamp = new SnapshotStamp(_history.LastSequence, _time.GetUtcNow());
        var measure = new RoundMeasure(set, MaxMeasuredUsers);
        var warm = request.FullRetrain || serving?.EmbeddingDim != _options.EmbeddingDim ? null : serving;
        var run = set.Train.Count == 0
            ? RunResult.OfNothing(stamp, _options.EmbeddingDim)
            : new TrainingRun(set, _options, new FoldInParameters(), measure, _device).Train(warm, stamp, progress, cancellationToken);
        return Judge(set, measure, run, request, warm is null, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Every tensor belongs to a run and went with it.
    }

    private TrainingResult Judge(
        TrainingSet set, RoundMeasure measure, RunResult run, TrainingRequest request, bool full, CancellationToken cancellationToken)
    {
        var baselines = measure.Baselines(cancellationToken);
        var rivals = _champion.RivalsOf(request.Serving, measure, cancellationToken);
        var lead = BaselineLead.Of(
            run.Measured.Figures, baselines.Figures.ValidationRmse, baselines.Figures.ValidationNdcg10);
        var lostLead = request.ServingLead is { } before && lead.IsLostSince(before);
        var (passed, reason) = set.Train.Count == 0
            ? (false, "there are no ratings to train on")
            : PromotionGate.Judge(run.Snapshot, run.Measured, lostLead, [.. rivals, Rival.Baselines(baselines)]);
        if (passed)
        {
            _champion.OnPassed(run.Snapshot, run.Measured, rivals);
        }

        return new TrainingResult
        {
            Candidate = run.Snapshot with { TrainedAt = _time.GetUtcNow() },
            Passed = passed,
            Reason = reason,
            FullRetrain = full,
            Epochs = run.Epochs,
            Ratings = set.Train.Count,
            RatingsPerSecond = run.RatingsPerSecond,
            RatingsPassed = run.RatingsPassed,
            Figures = run.Measured.Figures,
            Serving = rivals.Count == 0 ? ModelFigures.None : rivals[0].Measured.Figures,
            BiasRmse = baselines.Figures.ValidationRmse,
            PopularityNdcg10 = baselines.Figures.ValidationNdcg10,
        };
    }

    private void ReadLog(CancellationToken cancellationToken)
    {
        var end = _log.ReadEndAsync(cancellationToken).AsTask().GetAwaiter().GetResult();
        while (_history.LastSequence < end)
        {
            // The port says that this thread is the caller's and may be busy: waiting here blocks nobody else.
            var page = _log.ReadAsync(_history.LastSequence, ReadLimit, cancellationToken).AsTask().GetAwaiter().GetResult();
            if (page.Overtakes(_history.LastSequence))
            {
                // What was erased may be among what was read, and its deletion is gone.
                _history = new RatingHistory();
                continue;
            }

            if (page.Entries.Count == 0)
            {
                return;
            }

            foreach (var entry in page.Entries)
            {
                _history.Apply(entry);
            }
        }
    }
}
