using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Trains candidates from the rating log, measures them and judges whether they may serve.
/// A round has threads of its own, which give way to those who serve; the log is read by the caller's.
/// </summary>
public sealed class FactorTrainer : IModelTrainer
{
    /// <summary>
    /// At most so many users are measured after an epoch: with 5,000 the standard error of NDCG@10 is below
    /// 0.005, and measuring takes seconds even with 100,000 movies.
    /// </summary>
    private const int MaxMeasuredUsers = 5000;

    private readonly TrainingOptions _options;
    private readonly TimeProvider _time;
    private readonly HistoryReader _log;
    private readonly Champion _champion = new();
    private readonly TrainingEngine _engine;

    /// <summary>Chooses the device and the engine; libtorch is loaded where a CUDA device may be there, else by a round that needs it.</summary>
    /// <param name="ratings">Where the ratings come from.</param>
    /// <param name="options">Validated settings.</param>
    /// <param name="time">Stamps the candidates.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here.</exception>
    /// <exception cref="DeviceUnavailableException">Training:Device is cuda and there is none.</exception>
    public FactorTrainer(IRatingReader ratings, TrainingOptions options, TimeProvider time, Action<string> log)
    {
        (_log, _options, _time) = (new HistoryReader(ratings), options, time);
        _engine = TrainingEngine.Of(options, log);
    }

    /// <inheritdoc/>
    public string Device => _engine.Device;

    /// <inheritdoc/>
    public int Threads => _engine.Threads;

    /// <inheritdoc/>
    /// <exception cref="DivergedException">The loss is no longer a finite number; there is no candidate.</exception>
    public TrainingResult Train(
        TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken) =>
        BackgroundRound.Run(round => Train(round, request, round.Heard(progress), cancellationToken));

    /// <inheritdoc/>
    public void Dispose()
    {
        // Everything that must be disposed belongs to a round and went with it.
    }

    private TrainingResult Train(
        BackgroundRound round, TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        _log.ReadOn(round, cancellationToken);
        request = request with { Serving = request.Serving?.Judged, Best = request.Best?.Judged };
        var serving = request.Serving;
        var set = TrainingSet.Create(
            _log.History, (user, movie) => HoldOut.Contains(user, movie, _options.ValidationFraction),
            serving?.TrainedSequence ?? 0, _options.HalfLifeRatings);
        var stamp = new SnapshotStamp(_log.History.LastSequence, _time.GetUtcNow());
        var measure = new RoundMeasure(set, MaxMeasuredUsers, _engine.Threads);
        var warm = request.FullRetrain || serving?.EmbeddingDim != _options.EmbeddingDim ? null : serving;
        var run = set.Train.Count == 0
            ? RunResult.OfNothing(stamp, _options.EmbeddingDim)
            : new TrainingRun(set, _options, new FoldInParameters(), measure, _engine).Train(warm, stamp, progress, cancellationToken);
        return Judge(set, measure, run, request, warm is null, cancellationToken);
    }

    private TrainingResult Judge(
        TrainingSet set, RoundMeasure measure, RunResult run, TrainingRequest request, bool full, CancellationToken cancellationToken)
    {
        var baselines = measure.Baselines(cancellationToken);
        var rivals = _champion.RivalsOf(request.Serving, request.Best, measure, cancellationToken);
        var lead = BaselineLead.Of(
            run.Measured.Figures, baselines.Figures.ValidationRmse, baselines.Figures.ValidationNdcg10);
        var lostLead = request.ServingLead is { } before && lead.IsLostSince(before);
        var (passed, reason) = set.Train.Count == 0
            ? (false, "there are no ratings to train on")
            : PromotionGate.Judge(run.Snapshot, run.Measured, lostLead, [.. rivals, Rival.Baselines(baselines)]);
        var isBest = passed && _champion.OnPassed(run.Snapshot, run.Measured, rivals);
        var candidate = passed
            ? Served(set, run.Snapshot, full, cancellationToken)
            : run.Snapshot;
        return new TrainingResult
        {
            Candidate = candidate with { TrainedAt = _time.GetUtcNow() },
            Passed = passed,
            IsBest = isBest,
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

    private FactorSnapshot Served(TrainingSet set, FactorSnapshot passed, bool full, CancellationToken cancellationToken)
    {
        var fit = new SittingFit(set, passed.FoldIn, _engine.Threads);
        return fit.Fold(fit.WithSittings(passed, full, cancellationToken), cancellationToken);
    }
}
