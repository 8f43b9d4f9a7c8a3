using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using static TorchSharp.torch;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// The epochs of one round: minibatches with Adam, measured after each epoch, until there are enough of them or
/// the hold-out has not improved for the patience; then closed-form sweeps of the ranking head, which minibatches
/// approach but, with few ratings, do not reach in ten epochs. Without a hold-out every epoch is done.
/// </summary>
internal sealed class TrainingRun(
    TrainingSet set, TrainingOptions options, FoldInParameters parameters, RoundMeasure measure, Device device)
{
    /// <summary>Closed-form sweeps at the end of a full round.</summary>
    private const int FullSweeps = 3;

    private readonly Contender _contender = new();

    /// <summary>Trains on the set, from the warm snapshot when there is one.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; seen between minibatches.</exception>
    /// <exception cref="DivergedException">The loss is no longer a finite number.</exception>
    public RunResult Train(
        FactorSnapshot? warm, SnapshotStamp stamp, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        using var noGradients = no_grad();
        var random = new Random(unchecked((int)(options.Seed ^ stamp.TrainedSequence)));
        using var fit = new FactorFit(set, options, parameters, measure.Biases, warm, random, device);
        var plan = new RoundPlan(set, warm is null, options.BatchSize);
        var (loss, busy, epoch) = (default(EpochLoss), TimeSpan.Zero, 0);
        while (epoch < options.Epochs && _contender.WithoutGain < options.PatienceEpochs)
        {
            epoch++;
            var started = Stopwatch.GetTimestamp();
            loss = fit.Epoch(plan.Draw(random), options.LearningRate, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(started);
            busy += elapsed;
            var figures = Offer(fit.Snapshot(stamp), epoch, loss, cancellationToken);
            progress.Report(new EpochReport(
                epoch, options.Epochs, figures, set.Train.Count, plan.EpochSize / elapsed.TotalSeconds));
        }

        Sweep(fit, warm is null, cancellationToken);
        Offer(fit.Snapshot(stamp), epoch, loss, cancellationToken);
        var best = _contender.Snapshot();
        return new RunResult(
            best, measure.Of(best, loss, cancellationToken), epoch, (double)plan.EpochSize * epoch / busy.TotalSeconds);
    }

    private ModelFigures Offer(FactorSnapshot snapshot, int epoch, EpochLoss loss, CancellationToken cancellationToken)
    {
        var figures = double.IsFinite(loss.Total)
            ? measure.Of(snapshot, loss, cancellationToken)
            : ModelFigures.None with { TrainLoss = loss.Total };
        if (!double.IsFinite(figures.TrainLoss))
        {
            throw new DivergedException(epoch, figures);
        }

        _contender.Offer(snapshot, figures.ValidationRmse, figures.ValidationNdcg10);
        return figures;
    }

    private void Sweep(FactorFit fit, bool full, CancellationToken cancellationToken)
    {
        var movies = full ? set.AllMovies() : set.MoviesWithNewRatings();
        for (var sweep = 0; sweep < (full ? FullSweeps : 1); sweep++)
        {
            fit.SweepRanking(movies, cancellationToken);
        }
    }
}

/// <summary>What a run has made.</summary>
/// <param name="Snapshot">The best heads.</param>
/// <param name="Figures">Their figures.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="RatingsPerSecond">Ratings passed over per second of minibatch training.</param>
internal sealed record RunResult(FactorSnapshot Snapshot, ModelFigures Figures, int Epochs, double RatingsPerSecond)
{
    /// <summary>A model without rows, for a history without training ratings.</summary>
    public static RunResult OfNothing(SnapshotStamp stamp, int dim) => new(
        new FactorSnapshot
        {
            TrainedSequence = stamp.TrainedSequence,
            TrainedAt = stamp.TrainedAt,
            GlobalMean = 0,
            FoldIn = new FoldInParameters(),
            Movies = FactorTable.Empty(dim),
            Users = FactorTable.Empty(dim),
        },
        ModelFigures.None, 0, 0);
}

/// <summary>What a snapshot says about its making.</summary>
internal readonly record struct SnapshotStamp(long TrainedSequence, DateTimeOffset TrainedAt);
