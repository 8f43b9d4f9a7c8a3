using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Tune;

/// <summary>
/// The search as one HTML file that needs nothing from outside: figures are plain HTML, curves are drawn by the
/// chart library inside it.
/// </summary>
internal static class TuneReport
{
    // Escapes what could end a script element.
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The file's text.</summary>
    public static string Of(TuneDocument document)
    {
        var curves = document.Points.Select(point => PointCurve.Of(document, point)).ToList();
        var parts = new Dictionary<string, string>
        {
            ["chart-style"] = Asset("Charts.uPlot.min.css"),
            ["chart-license"] = Asset("Charts.uPlot.LICENSE.txt"),
            ["style"] = Asset("report.css"),
            ["summary"] = Summary(document),
            ["winner"] = Winner(document),
            ["rows"] = string.Concat(document.Points.Select(point => Row(document, point))),
            ["cards"] = string.Concat(curves.Select(Card)),
            ["curves"] = JsonSerializer.Serialize(curves, Json),
            ["chart-library"] = Asset("Charts.uPlot.iife.min.js"),
            ["script"] = Asset("report.js"),
        };
        // In one pass over the page, so that nothing in a part is taken for a place.
        var text = new StringBuilder();
        foreach (var piece in Asset("report.html").Split("{{"))
        {
            var end = piece.IndexOf("}}", StringComparison.Ordinal);
            text.Append(end < 0 ? piece : parts[piece[..end]] + piece[(end + 2)..]);
        }

        return text.ToString();
    }

    private static string Summary(TuneDocument document)
    {
        var (data, search) = (document.Data, document.Search);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Html(Path.GetFileName(Path.TrimEndingDirectorySeparator(data.Path)))}: {data.Ratings:N0} ratings of {data.Movies:N0} movies by {data.Users:N0} users. ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"{Tables.Count(document.Points.Count, "point")}, {search.Folds}-fold cross-validation, at most {Tables.Count(search.Epochs, "epoch")}, seed {search.Seed}, {search.Device}; ")
            + $"best by {(search.By == "rmse" ? "RMSE" : "NDCG@10")}. Training took {TuneProgress.Show(TimeSpan.FromSeconds(document.Seconds))}.";
    }

    private static string Winner(TuneDocument document)
    {
        if (document.Best is not { } best)
        {
            return "<p>No point could be finished.</p>";
        }

        var point = document.Points[0];
        return $"""
            <dl class="figures">
            <div><dt>Embedding dimension</dt><dd>{Number(best.EmbeddingDim)}</dd></div>
            <div><dt>Batch size</dt><dd>{Number(best.BatchSize)}</dd></div>
            <div><dt>Learning rate</dt><dd>{Number(best.LearningRate)}</dd></div>
            <div><dt>RMSE</dt><dd>{TuneTable.Show(point.Rmse)}</dd></div>
            <div><dt>NDCG@10</dt><dd>{TuneTable.Show(point.Ndcg10)}</dd></div>
            </dl>
            <p>For the server: <code>{string.Join(' ', best.Arguments.Split(' ').Select(x => $"<span>{Html(x)}</span>"))}</code></p>
            """;
    }

    private static string Row(TuneDocument document, TunePoint point)
    {
        var state = TuneTable.StateOf(document, point);
        var cells = new (string Name, string Text)[]
        {
            ("Rank", Number(point.Rank)),
            ("Dimension", Number(point.EmbeddingDim)),
            ("Batch", Number(point.BatchSize)),
            ("Learning rate", Number(point.LearningRate)),
            ("RMSE", TuneTable.Show(point.Rmse)),
            ("NDCG@10", TuneTable.Show(point.Ndcg10)),
            ("Seconds a fold", TuneTable.Show(point.Seconds, "0.00")),
            ("Folds", Number(point.FoldsDone)),
            ("", state == "best" ? "<span class=\"badge\">★ Best</span>" : Html(state)),
        };
        var row = string.Concat(cells.Select(x => $"<td data-name=\"{x.Name}\">{x.Text}</td>"));
        return $"<tr{(state == "best" ? " class=\"best\"" : "")}>{row}</tr>\n";
    }

    private static string Card(PointCurve curve, int i)
    {
        var rows = string.Concat(curve.Train.Select((train, epoch) =>
            $"<tr><td>{Number(epoch + 1)}</td><td>{Loss(train)}</td><td>{Loss(curve.Validation[epoch])}</td></tr>"));
        var badge = curve.Best ? "<span class=\"badge\">★ Best</span>" : curve.Status == "finished" ? "" : $"<span class=\"badge other\">{curve.Status}</span>";
        return $"""
            <article class="card{(curve.Best ? " best" : "")}" aria-labelledby="point-{i}">
            <h3 id="point-{i}">{Html(curve.Label)} {badge}</h3>
            <p>RMSE {curve.Rmse}<br>NDCG@10 {curve.Ndcg}</p>
            <div class="chart" data-point="{i}" role="img" aria-label="Train and validation loss by epoch of {Html(curve.Label)}; the figures follow as a table"></div>
            <details><summary>Losses by epoch</summary>
            <table><thead><tr><th scope="col">Epoch</th><th scope="col">Train</th><th scope="col">Validation</th></tr></thead><tbody>{rows}</tbody></table>
            </details>
            </article>

            """;
    }

    private static string Loss(double? loss) => loss?.ToString("0.0000", CultureInfo.InvariantCulture) ?? Tables.NotMeasured;

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Asset(string name)
    {
        using var stream = typeof(TuneReport).Assembly.GetManifestResourceStream($"OnlineCF.Cli.Tune.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
