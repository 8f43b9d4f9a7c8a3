using OnlineCF.Training.Search;

namespace OnlineCF.Training.Tests.Search;

public sealed class HyperparameterSearchTests
{
    private static readonly SearchOptions Options = new()
    {
        Grid = new SearchGrid([8, 16], [64, 128], [0.001, 0.01, 0.1]),
        Folds = 3,
        Epochs = 4,
        OneAtATime = true,
    };

    [Fact]
    public void One_at_a_time_keeps_the_best_of_each_hyperparameter_and_trains_no_fold_twice()
    {
        var order = new List<SearchPoint>();
        // Best at 16, 128 and 0.01.
        var result = Search(Options, new FoldMemory(), new SearchListener(), (point, fold) =>
        {
            order.Add(point);
            return FakeFolds.Of(
                point, fold, 0.9 - (point.EmbeddingDim / 1000.0) - (point.BatchSize / 10_000.0) + Math.Abs(point.LearningRate - 0.01));
        });

        Assert.Equal(
            [
                new(8, 64, 0.001), new(16, 64, 0.001), new(16, 128, 0.001), new(16, 128, 0.01), new SearchPoint(16, 128, 0.1),
            ],
            order.Distinct());
        Assert.Equal(order.Count, result.Points.Sum(x => x.Folds.Count));
        Assert.Equal(new SearchPoint(16, 128, 0.01), result.Points[0].Point);
        Assert.Equal(Options.Grid.PointsOneAtATime, result.Points.Count);
    }

    [Fact]
    public void The_base_is_the_services_defaults_where_the_grid_has_them()
    {
        Assert.Equal(new SearchPoint(50, 1024, 0.001), SearchGrid.Default.Base);
        Assert.Equal(new SearchPoint(20, 10, 0.1), new SearchGrid([10, 20, 30], [10], [0.1, 0.2]).Base);
        Assert.Equal(27, SearchGrid.Default.Points.Distinct().Count());
    }

    [Fact]
    public void Kept_folds_are_not_trained_again_and_the_result_is_the_same()
    {
        static FoldResult Train(SearchPoint point, int fold) => FakeFolds.Of(point, fold, 0.8 + (point.LearningRate * fold));
        var grid = Options with { OneAtATime = false };
        var whole = new FoldMemory();
        var first = Search(grid, whole, new SearchListener(), Train);
        var part = new FoldMemory();
        foreach (var fold in whole.Folds.Values.Take(whole.Folds.Count / 2))
        {
            part.Keep(fold);
        }

        var trained = 0;
        var second = Search(grid, part, new SearchListener(), (point, fold) =>
        {
            trained++;
            return Train(point, fold);
        });

        Assert.Equal(whole.Folds.Count - (whole.Folds.Count / 2), trained);
        Assert.Equal(first.Points.Select(Figures), second.Points.Select(Figures));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Progress_only_rises_and_ends_whole(bool oneAtATime)
    {
        var listener = new SearchListener();
        Search(Options with { OneAtATime = oneAtATime }, new FoldMemory(), listener, (point, fold) => FakeFolds.Of(
            point, fold, 0.8, diverged: point.LearningRate > 0.05 ? 1 : null));

        Assert.Equal(listener.Progress.Select(x => x.Fraction).Order(), listener.Progress.Select(x => x.Fraction));
        Assert.Equal((1.0, TimeSpan.Zero), (listener.Progress[^1].Fraction, listener.Progress[^1].Left));
        Assert.All(listener.Ended, point => Assert.Equal(0.1, point.LearningRate));
    }

    [Fact]
    public void The_forecast_counts_only_folds_that_are_not_kept_and_time_left_follows_the_real_speed()
    {
        var memory = new FoldMemory();
        var grid = Options with { OneAtATime = false };
        memory.Keep(FakeFolds.Of(grid.Grid.Points[0], 1, 0.8));
        var listener = new SearchListener();
        Search(grid, memory, listener, (point, fold) => FakeFolds.Of(point, fold, 0.8));

        // 12 points of 3 folds at 2 forecast seconds each, one fold kept; each really takes 1 s.
        Assert.Equal(2 * ((12 * 3) - 1), listener.Forecast!.Seconds);
        Assert.Equal(TimeSpan.FromSeconds(70), listener.Progress[0].Left);
        Assert.Equal(TimeSpan.FromSeconds(34), listener.Progress.First(x => x.Fraction > 0).Left);
    }

    private static SearchResult Search(
        SearchOptions options, FoldMemory memory, SearchListener listener, Func<SearchPoint, int, FoldResult> train)
    {
        var costs = options.Grid.Points.DistinctBy(x => (x.EmbeddingDim, x.BatchSize))
            .ToDictionary(x => (x.EmbeddingDim, x.BatchSize), _ => 2.0);
        return new HyperparameterSearch(
            options, new SearchForecast(0, 0, 0, 0, costs), memory, listener, (point, fold, _) => train(point, fold)).Run("cpu");
    }

    private static (SearchPoint, PointStatus, double, double, int) Figures(PointResult result) =>
        (result.Point, result.Status, result.Rmse.Mean, result.Rmse.Deviation, result.Folds.Count);
}
