namespace OnlineCF.Training.Search;

/// <summary>
/// Trains points fold by fold: every point does the first fold before any does the second, so that all are
/// compared on the same hold-outs, and those that are clearly behind skip the rest. The idea is that of
/// Maron and Moore's races (1993), with deviations over folds in place of their bounds.
/// </summary>
internal static class Race
{
    /// <summary>A gap below this share of the best's figure is never clear: few folds can agree by chance.</summary>
    private const double LeastGap = 0.005;

    /// <summary>Runs to the last fold.</summary>
    /// <param name="points">Those that take part.</param>
    /// <param name="options">Folds and objective.</param>
    /// <param name="train">Trains a point on a fold.</param>
    /// <param name="ended">Hears of each point that skips folds.</param>
    public static IReadOnlyList<PointResult> Run(
        IReadOnlyList<SearchPoint> points, SearchOptions options, Func<SearchPoint, int, FoldResult> train,
        Action<PointResult> ended)
    {
        var entries = points.Select(point => new PointResult(point)).ToList();
        for (var fold = 1; fold <= options.Folds; fold++)
        {
            foreach (var entry in entries.Where(entry => entry.Status == PointStatus.Running))
            {
                entry.Add(train(entry.Point, fold), options.Folds);
                if (entry.Status == PointStatus.Diverged)
                {
                    ended(entry);
                }
            }

            if (fold > 1 && options.StopHopeless)
            {
                StopHopeless(entries, options.By, ended);
            }
        }

        return entries;
    }

    /// <summary>Best first: finished points, then stopped, then diverged ones; equal ones in their order.</summary>
    public static IReadOnlyList<PointResult> Sorted(IEnumerable<PointResult> results, SearchObjective by) =>
    [
        .. results.OrderBy(result => result.Status)
            .ThenBy(result => double.IsNaN(result.Loss(by).Mean))
            .ThenBy(result => result.Loss(by).Mean),
    ];

    // Stopped: mean − deviation > best mean + deviation of the best, losses over the folds done.
    private static void StopHopeless(List<PointResult> entries, SearchObjective by, Action<PointResult> ended)
    {
        var running = entries.Where(entry => entry.Status == PointStatus.Running && !double.IsNaN(entry.Loss(by).Mean)).ToList();
        if (running.Count == 0)
        {
            return;
        }

        var best = running.MinBy(entry => entry.Loss(by).Mean)!;
        var (mean, deviation) = best.Loss(by);
        foreach (var entry in running)
        {
            var loss = entry.Loss(by);
            if (loss.Mean - loss.Deviation > mean + deviation && loss.Mean - mean > LeastGap * Math.Abs(mean))
            {
                entry.Stop($"clearly behind after {entry.Folds.Count} folds; the best had {Show(best.Loss(by), by)}");
                ended(entry);
            }
        }
    }

    private static string Show(Spread loss, SearchObjective by) => FormattableString.Invariant(
        $"{(by == SearchObjective.Rmse ? "RMSE" : "NDCG@10")} {Math.Abs(loss.Mean):0.0000} ± {loss.Deviation:0.0000}");
}
