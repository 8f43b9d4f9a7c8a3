using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Search;

/// <summary>Measures a few real steps of every dimension and batch size, and one sweep and one evaluation of every dimension.</summary>
internal sealed class ForecastProbe(FoldData data, SearchOptions options, TrainingEngine engine)
{
    private const int WarmSteps = 2;
    private const int TimedSteps = 6;

    // Values and Adam's two moments of the rating factors, biases and ranking factors.
    private const int TableCopies = 3;

    // Beside the one that is made: the best so far and the one that is measured with it.
    private const int SnapshotCopies = 2;

    private readonly TrainingSet _set = data.SetOf(1);
    private readonly RoundMeasure _measure = data.MeasureOf(1, FoldTrainer.MaxMeasuredUsers, engine.Threads);
    private readonly Dictionary<(int EmbeddingDim, int BatchSize), double> _costs = [];
    private long _bytes;
    private int _steps;

    /// <summary>Measures; how much there is to train, and so the seconds of the whole, the search knows.</summary>
    /// <exception cref="SearchTooLargeException">The largest dimension cannot fit.</exception>
    public SearchForecast Measure(CancellationToken cancellationToken)
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var largest = options.Grid.EmbeddingDims.Max();
        if (TableBytes(largest) is var bytes && bytes > available)
        {
            throw new SearchTooLargeException(largest, bytes, available);
        }

        // The first sweep and the first evaluation are slower than all that follow.
        using (var warm = FitOf(new SearchPoint(options.Grid.EmbeddingDims.Min(), options.Grid.BatchSizes[0], SmallestRate)))
        {
            SecondsOfEpochsEnd(warm, cancellationToken);
        }

        foreach (var dim in options.Grid.EmbeddingDims.Order())
        {
            MeasureDimension(dim, cancellationToken);
        }

        return new SearchForecast(0, _bytes, available, _steps, _costs);
    }

    private void MeasureDimension(int dim, CancellationToken cancellationToken)
    {
        var (sweep, measure) = (0.0, 0.0);
        foreach (var batch in options.Grid.BatchSizes)
        {
            using var fit = FitOf(new SearchPoint(dim, batch, SmallestRate));
            var step = SecondsOfStep(fit, batch, cancellationToken);
            if (batch == options.Grid.BatchSizes[0])
            {
                (sweep, measure) = SecondsOfEpochsEnd(fit, cancellationToken);
            }

            var steps = Math.Ceiling(_set.Train.Count / (double)batch);
            _costs[(dim, batch)] = (options.Epochs * ((steps * step) + sweep + measure)) + (2 * sweep) + measure;
            _bytes = Math.Max(_bytes, Environment.WorkingSet + (SnapshotCopies * TableBytes(dim) / TableCopies));
        }
    }

    private double SmallestRate => options.Grid.LearningRates.Min();

    private (double Sweep, double Measure) SecondsOfEpochsEnd(FactorFit fit, CancellationToken cancellationToken) => (
        SecondsOf(() => fit.SweepRanking([.. Enumerable.Range(0, _set.Train.Count)], cancellationToken)),
        SecondsOf(() => _measure.Of(fit.Snapshot(default), EpochLoss.None, cancellationToken)));

    private double SecondsOfStep(FactorFit fit, int batch, CancellationToken cancellationToken)
    {
        fit.Epoch(Positions(WarmSteps * batch), SmallestRate, cancellationToken);
        var timed = Positions(TimedSteps * batch);
        var seconds = SecondsOf(() => fit.Epoch(timed, SmallestRate, cancellationToken));
        var steps = (timed.Length + batch - 1) / batch;
        _steps += steps;
        return seconds / steps;
    }

    private FactorFit FitOf(SearchPoint point) => new(
        _set, point.With(options), new FoldInParameters(), _measure.Biases, null, new Random(1), engine);

    private int[] Positions(int count) => [.. Enumerable.Range(0, Math.Min(count, _set.Train.Count))];

    private long TableBytes(int dim) =>
        ((long)_set.TrainedUsers + _set.TrainedMovies) * ((2L * dim) + 1) * sizeof(float) * TableCopies;

    private static double SecondsOf(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
