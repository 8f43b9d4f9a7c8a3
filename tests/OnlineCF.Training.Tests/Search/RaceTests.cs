using OnlineCF.Training.Search;

namespace OnlineCF.Training.Tests.Search;

public sealed class RaceTests
{
    private static readonly SearchPoint A = new(8, 64, 0.001);
    private static readonly SearchPoint B = new(16, 64, 0.001);
    private static readonly SearchPoint C = new(32, 64, 0.001);
    private static readonly SearchOptions Options = new() { Folds = 4 };

    [Fact]
    public void Every_point_does_a_fold_before_any_does_the_next()
    {
        var order = new List<(SearchPoint, int)>();

        Race.Run([A, B], Options with { Folds = 3 }, (point, fold) =>
        {
            order.Add((point, fold));
            return FakeFolds.Of(point, fold, 0.9 + (0.01 * fold));
        }, _ => { });

        Assert.Equal([(A, 1), (B, 1), (A, 2), (B, 2), (A, 3), (B, 3)], order);
    }

    [Fact]
    public void A_point_clearly_behind_stops_after_the_second_fold_and_one_within_the_deviation_goes_on()
    {
        var stopped = new List<SearchPoint>();
        var results = Race.Run(
            [A, B, C], Options,
            (point, fold) => FakeFolds.Of(point, fold, (point == A ? 0.85 : point == B ? 0.95 : 0.86) + (fold % 2 * 0.01)),
            result => stopped.Add(result.Point));

        Assert.Equal([PointStatus.Finished, PointStatus.Stopped, PointStatus.Finished], results.Select(x => x.Status));
        Assert.Equal(2, results[1].Folds.Count);
        Assert.Contains("the best had RMSE 0.8550 ± 0.0071", results[1].Reason, StringComparison.Ordinal);
        Assert.Equal([B], stopped);
    }

    [Fact]
    public void A_tiny_gap_without_deviation_is_no_reason_to_stop() => Assert.All(
        Race.Run([A, B], Options, (point, fold) => FakeFolds.Of(point, fold, point == A ? 0.850 : 0.853), _ => { }),
        result => Assert.Equal(PointStatus.Finished, result.Status));

    [Fact]
    public void With_stopping_off_every_fold_is_trained() => Assert.All(
        Race.Run(
            [A, B], Options with { StopHopeless = false }, (point, fold) => FakeFolds.Of(point, fold, point == A ? 0.8 : 2), _ => { }),
        result => Assert.Equal(4, result.Folds.Count));

    [Fact]
    public void A_diverged_point_skips_its_folds_and_comes_last()
    {
        var results = Race.Sorted(
            Race.Run(
                [A, B, C], Options,
                (point, fold) => FakeFolds.Of(point, fold, point == C ? 0.8 : 2, diverged: point == A ? 3 : null), _ => { }),
            SearchObjective.Rmse);

        Assert.Equal([C, B, A], results.Select(x => x.Point));
        Assert.Equal((PointStatus.Diverged, "diverged in epoch 3 of fold 1"), (results[2].Status, results[2].Reason));
        Assert.Single(results[2].Folds);
    }

    [Fact]
    public void By_ndcg_the_highest_wins_whatever_its_rmse()
    {
        var options = Options with { By = SearchObjective.Ndcg };
        var results = Race.Sorted(
            Race.Run(
                [A, B], options, (point, fold) => FakeFolds.Of(point, fold, point == A ? 0.8 : 0.9, point == A ? 0.2 : 0.3), _ => { }),
            options.By);

        Assert.Equal([B, A], results.Select(x => x.Point));
        Assert.Equal(PointStatus.Stopped, results[1].Status);
    }

    [Fact]
    public void A_spread_is_the_mean_and_the_deviation_of_the_sample()
    {
        Assert.Equal(new Spread(5, 2), Spread.Of([3, 5, 7]));
        Assert.Equal(new Spread(3, double.NaN), Spread.Of([3]));
        Assert.True(double.IsNaN(Spread.Of([1, double.NaN]).Mean));
    }
}
