using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Search;

/// <summary>Trains one point on all folds but one, as a full round of the service does, and measures on that one.</summary>
internal sealed class FoldTrainer(FoldData data, SearchOptions options, TrainingEngine engine)
{
    /// <summary>At most so many users are measured after an epoch, as in the service's rounds.</summary>
    public const int MaxMeasuredUsers = 5000;

    /// <summary>Trains; a loss that is no longer a number is a result, not an error.</summary>
    public FoldResult Train(SearchPoint point, int fold, Action<EpochReport> progress, CancellationToken cancellationToken)
    {
        var (set, measure) = (data.SetOf(fold), data.MeasureOf(fold, MaxMeasuredUsers, engine.Threads));
        var curve = new Curve(progress);
        var started = Stopwatch.GetTimestamp();
        FoldResult Result(double rmse, double ndcg, int? diverged) => new(
            point, fold, rmse, ndcg, Stopwatch.GetElapsedTime(started).TotalSeconds, diverged, curve.Epochs);
        try
        {
            // The fold seeds too: each has initial values of its own, the same ones for every point.
            var run = new TrainingRun(set, point.With(options), new FoldInParameters(), measure, engine)
                .Train(null, new SnapshotStamp(fold, DateTimeOffset.UnixEpoch), curve, cancellationToken);
            return double.IsFinite(run.Measured.Figures.ValidationRmse)
                ? Result(run.Measured.Figures.ValidationRmse, run.Measured.Figures.ValidationNdcg10, null)
                : Result(double.NaN, double.NaN, run.Epochs);
        }
        catch (DivergedException e)
        {
            return Result(double.NaN, double.NaN, e.Epoch);
        }
    }

    private sealed class Curve(Action<EpochReport> progress) : IProgress<EpochReport>
    {
        public List<EpochFigures> Epochs { get; } = [];

        public void Report(EpochReport value)
        {
            Epochs.Add(new EpochFigures(
                value.Epoch, value.Figures.TrainLoss, value.Figures.ValidationLoss, value.Figures.ValidationRmse,
                value.Figures.ValidationNdcg10));
            progress(value);
        }
    }
}
