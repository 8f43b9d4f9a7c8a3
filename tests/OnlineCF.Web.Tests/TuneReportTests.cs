using Microsoft.Playwright;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Cli.Tune;
using OnlineCF.Training.Search;

namespace OnlineCF.Web.Tests;

/// <summary>Opens the report of a search of 27 points in a real browser.</summary>
public sealed class TuneReportTests(Chromium chromium) : IDisposable
{
    private const int Epochs = 10;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    public async Task Curves_are_drawn_the_best_is_marked_and_nothing_is_cut(int width, bool dark)
    {
        await using var window = await chromium.OpenAsync(Write(Document()), width, dark);
        var page = window.Page;

        Assert.Equal(28, await page.EvaluateAsync<int>("document.querySelectorAll('.chart canvas').length"));
        // Each chart has its curves' own colours; those of the last two points are beyond the scale.
        Assert.Equal(0, await page.EvaluateAsync<int>(Missing("#all canvas", "best", "other")));
        Assert.Equal(2, await page.EvaluateAsync<int>(Missing(".card .chart canvas", "validation", "train")));
        Assert.Equal(2, await page.EvaluateAsync<int>("document.querySelectorAll('.card p + p').length"));

        Assert.Equal(
            ["k = 32, batch 512, rate 0.0001 ★ Best", "1"],
            await TextsAsync(window.Page, "[document.querySelector('.card.best h3'), document.querySelector('tr.best td')]"));
        Assert.Equal(1, await page.EvaluateAsync<int>("document.querySelectorAll('.card.best').length"));
        Assert.Equal(27, await page.EvaluateAsync<int>("document.querySelectorAll('.points tbody tr').length"));

        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(await window.FlawsAsync());
        Assert.Empty(await window.BarriersAsync(width, dark));
        Assert.Empty(window.Complaints);
        Assert.Single(window.Requests, x => !x.StartsWith("data:", StringComparison.Ordinal));
        await window.KeepPictureAsync($"tune-{width}-{(dark ? "dark" : "light")}");
    }

    [Fact]
    public async Task A_point_can_be_compared_with_the_best()
    {
        await using var window = await chromium.OpenAsync(Write(Document()), 800);
        var page = window.Page;
        Assert.Equal(1, await page.EvaluateAsync<int>(Missing("#all canvas", "compared")));

        await page.SelectOptionAsync("#compared", "3");

        Assert.Equal(0, await page.EvaluateAsync<int>(Missing("#all canvas", "compared")));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_search_in_which_everything_diverged_in_its_first_epoch_still_has_a_report()
    {
        var point = new PointResult(new SearchPoint(8, 64, 1));
        point.Add(new FoldResult(point.Point, 1, double.NaN, double.NaN, 1, 1, []), 3);
        await using var window = await chromium.OpenAsync(Write(DocumentOf([point])), 360);

        Assert.Equal(["No point could be finished."], await TextsAsync(window.Page, "[...document.querySelectorAll('.winner p')]"));
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public void A_file_name_is_text_and_never_markup()
    {
        var document = Document();
        var report = TuneReport.Of(document with { Data = document.Data with { Path = "<script>alert(1)</script>&.csv" } });

        Assert.DoesNotContain("<script>alert", report, StringComparison.Ordinal);
    }

    // How many of these canvases lack a pixel of one of the colours.
    private static string Missing(string canvases, params string[] colours) => $$"""
        [...document.querySelectorAll("{{canvases}}")].filter(canvas => {
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return [{{string.Join(',', colours.Select(x => $"'{x}'"))}}].some(name => {
            const hex = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
            const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16));
            for (let i = 0; i < data.length; i += 4) {
              if (Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 24 && data[i + 3] > 200) {
                return false;
              }
            }
            return true;
          });
        }).length
        """;

    private static Task<string[]> TextsAsync(IPage page, string elements) =>
        page.EvaluateAsync<string[]>($"({elements.Trim()}).map(x => x.textContent.trim().replace(/\\s+/g, ' '))");

    private Uri Write(TuneDocument document) => new(_folder.Write("tune.html", TuneReport.Of(document)));

    private static TuneDocument Document() => DocumentOf(SearchGrid.Default.Points.Select((point, i) => Result(point, i)).ToList());

    private static TuneDocument DocumentOf(IReadOnlyList<PointResult> points) => TuneDocument.Of(
        new TuneData("ratings.csv", "", 100_836, 610, 9724), new SearchOptions { Folds = 2 },
        new SearchResult(points, new SearchForecast(1, 1, 1, 1, new Dictionary<(int, int), double>()), "cpu"));

    // Points from best to worst; the last but two stopped, the last two far off, and of these the last diverged.
    private static PointResult Result(SearchPoint point, int i)
    {
        var far = i >= 25 ? 1e3 : 0;
        var result = new PointResult(point);
        for (var fold = 1; fold <= 2; fold++)
        {
            var epochs = Enumerable.Range(1, Epochs).Select(epoch => new EpochFigures(
                epoch, far + 0.8 + (0.6 / epoch), far + 1.05 + (0.01 * i) + (0.1 / epoch) + (fold * 0.01), 0.85, 0.3));
            result.Add(
                new FoldResult(point, fold, 0.85 + (0.002 * i), 0.31, 2, i == 26 ? Epochs : null, [.. epochs]), i == 24 ? 3 : 2);
        }

        if (i == 24)
        {
            result.Stop("clearly behind after 2 folds; the best had RMSE 0.8500 ± 0.0010");
        }

        return result;
    }
}
