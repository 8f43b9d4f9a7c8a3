using System.Globalization;

namespace OnlineCF.Cli.Tune;

/// <summary>What the report draws of a point: means over its folds, epoch by epoch.</summary>
/// <param name="Label">The point in words.</param>
/// <param name="Status">finished, stopped or diverged.</param>
/// <param name="Best">Whether it won.</param>
/// <param name="Rmse">Mean ± deviation.</param>
/// <param name="Ndcg">Mean ± deviation.</param>
/// <param name="Train">Train loss after each epoch; null where it was no number.</param>
/// <param name="Validation">Validation loss after each epoch.</param>
internal sealed record PointCurve(
    string Label, string Status, bool Best, string Rmse, string Ndcg, IReadOnlyList<double?> Train,
    IReadOnlyList<double?> Validation)
{
    /// <summary>Of a point.</summary>
    public static PointCurve Of(TuneDocument document, TunePoint point) => new(
        string.Create(
            CultureInfo.InvariantCulture, $"k = {point.EmbeddingDim}, batch {point.BatchSize}, rate {point.LearningRate}"),
        point.Status, document.Best is not null && point.Rank == 1, TuneTable.Show(point.Rmse), TuneTable.Show(point.Ndcg10),
        Means(point, epoch => epoch.TrainLoss), Means(point, epoch => epoch.ValidationLoss));

    // A fold that ended early keeps its last value: leaving it out would make the mean jump where it ends.
    private static List<double?> Means(TunePoint point, Func<TuneEpoch, double?> loss)
    {
        var folds = point.Folds.Where(fold => fold.Epochs.Count > 0).ToList();
        var length = folds.Select(fold => fold.Epochs.Count).DefaultIfEmpty(0).Max();
        return
        [
            .. Enumerable.Range(0, length).Select(
                i => folds.Average(fold => loss(fold.Epochs[Math.Min(i, fold.Epochs.Count - 1)]))),
        ];
    }
}
