using System.Globalization;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Tune;

/// <summary>The points of a search as a table, best first.</summary>
internal static class TuneTable
{
    /// <summary>The table; figures are mean ± deviation over the folds done.</summary>
    public static FittedTable Of(TuneDocument document, bool isNarrow)
    {
        var table = new FittedTable(
            isNarrow, "#rank", "#k", "#batch", "#rate", "#RMSE", "#NDCG@10", "?#seconds a fold", "?#folds", "state");
        foreach (var point in document.Points)
        {
            table.Add(
                Tables.Number(point.Rank), Tables.Number(point.EmbeddingDim), Tables.Number(point.BatchSize),
                point.LearningRate.ToString(CultureInfo.InvariantCulture), Show(point.Rmse), Show(point.Ndcg10),
                Show(point.Seconds, "0.00"), Tables.Number(point.FoldsDone), StateOf(document, point));
        }

        return table;
    }

    /// <summary>"best", why it was not finished, or nothing.</summary>
    public static string StateOf(TuneDocument document, TunePoint point) =>
        point.Rank == 1 && document.Best is not null ? "best" : point.Reason;

    /// <summary>Mean ± deviation; a dash for what was not measured.</summary>
    public static string Show(TuneSpread spread, string format = "0.0000") => spread.Deviation is { } deviation
        ? $"{Tables.Figure(spread.Mean ?? double.NaN, format)} ± {Tables.Figure(deviation, format)}"
        : Tables.Figure(spread.Mean ?? double.NaN, format);
}
