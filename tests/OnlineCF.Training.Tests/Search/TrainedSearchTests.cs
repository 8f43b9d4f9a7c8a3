using OnlineCF.Core.Ratings;
using OnlineCF.Training.Search;

namespace OnlineCF.Training.Tests.Search;

/// <summary>Searches that really train, on a checkerboard.</summary>
public sealed class TrainedSearchTests
{
    private static readonly List<Rating> Ratings =
        [.. TestRatings.Checkerboard(40, 30).Select(x => new Rating(x.User, x.Movie, x.Value, 0))];

    private static readonly SearchOptions Options = new()
    {
        Grid = new SearchGrid([4, 8], [64], [0.01, 0.05]),
        Folds = 3,
        Epochs = 3,
        Device = "cpu",
    };

    [Fact]
    public void The_same_seed_gives_the_same_figures_and_another_one_does_not()
    {
        var (first, second) = (Run(Options, new FoldMemory()), Run(Options, new FoldMemory()));

        Assert.Equal(Figures(first), Figures(second));
        Assert.NotEqual(Figures(first), Figures(Run(Options with { Seed = 7 }, new FoldMemory())));
        Assert.All(first.Points.SelectMany(x => x.Folds), x => Assert.InRange(x.Epochs.Count, 1, 3));
        Assert.All(first.Points[0].Folds.SelectMany(x => x.Epochs), x => Assert.True(double.IsFinite(x.TrainLoss + x.ValidationLoss)));
    }

    [Fact]
    public void A_search_cut_off_in_the_middle_of_a_fold_goes_on_to_the_same_figures()
    {
        var memory = new FoldMemory();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var listener = new SearchListener(progress =>
        {
            if (progress is { Fold: 2, Epoch: 2 })
            {
                cut.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(
            () => HyperparameterSearch.Run(Ratings, Options, memory, listener, _ => { }, cut.Token));
        Assert.Equal(4, memory.Folds.Count);
        Assert.Equal(Figures(Run(Options, new FoldMemory())), Figures(Run(Options, memory)));
    }

    [Fact]
    public void The_forecast_has_measured_steps_and_is_of_the_right_size()
    {
        var listener = new SearchListener();
        var result = HyperparameterSearch.Run(
            Ratings, Options, new FoldMemory(), listener, _ => { }, TestContext.Current.CancellationToken);

        var forecast = listener.Forecast!;
        Assert.InRange(forecast.Steps, 2, 24);
        Assert.InRange(forecast.Bytes, 1 << 20, forecast.AvailableBytes);
        Assert.InRange(forecast.Seconds, result.Points.Sum(x => x.Folds.Sum(fold => fold.Seconds)) / 50, 600);
    }

    [Fact]
    public void A_dimension_that_cannot_fit_is_refused_before_any_step()
    {
        var wide = Enumerable.Range(1, 40_000).Select(x => new Rating(x, x, 3, 0)).ToList();
        var options = Options with { Grid = new SearchGrid([int.MaxValue / 64], [64], [0.01]) };

        var refused = Assert.Throws<SearchTooLargeException>(
            () => HyperparameterSearch.Run(wide, options, new FoldMemory(), new SearchListener(), _ => { }, TestContext.Current.CancellationToken));
        Assert.Contains("search smaller embedding dimensions", refused.Message, StringComparison.Ordinal);
    }

    private static SearchResult Run(SearchOptions options, FoldMemory memory) => HyperparameterSearch.Run(
        Ratings, options, memory, new SearchListener(), _ => { }, TestContext.Current.CancellationToken);

    private static List<(SearchPoint, int, double, double, double)> Figures(SearchResult result) =>
        [.. result.Points.SelectMany(x => x.Folds).Select(x => (x.Point, x.Fold, x.Rmse, x.Ndcg10, x.Epochs[^1].ValidationLoss))];
}
