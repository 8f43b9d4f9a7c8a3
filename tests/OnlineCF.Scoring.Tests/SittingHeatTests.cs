namespace OnlineCF.Scoring.Tests;

public sealed class SittingHeatTests
{
    private const long Minute = 60_000_000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1000, 1)]
    [InlineData(30, 0.5f)]
    [InlineData(60, 0.25f)]
    [InlineData(45, 0.375f)]
    [InlineData(149, 0.0625f)]
    [InlineData(151, 0)]
    [InlineData(1_000_000, 0)]
    public void Heat_halves_every_half_hour_in_sixteenths(long minutes, float heat) =>
        Assert.Equal(heat, SittingHeat.Of(1_700_000_000_000_000 + (minutes * Minute), 1_700_000_000_000_000));

    [Theory]
    [InlineData(long.MinValue, long.MaxValue, 1)]
    [InlineData(long.MaxValue, long.MinValue, 0)]
    public void Heat_of_times_at_the_ends_is_none_or_all(long asOf, long newest, float heat) =>
        Assert.Equal(heat, SittingHeat.Of(asOf, newest));

    [Fact]
    public void Weights_fall_with_age_among_known_movies_and_of_one_moment_the_later_place_is_newer()
    {
        RatedRow[] ratings = [new(1, 5), new(-1, 5), new(2, 3), new(3, 4)];
        var weights = new float[4];

        SittingHeat.Weigh(1, ratings, [10, 50, 30, 30], weights);

        Assert.Equal([0.87f * 0.87f, 0, 0.87f, 1], weights, (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Weights_below_a_thousandth_are_none()
    {
        RatedRow[] ratings = [.. Enumerable.Range(0, 100).Select(row => new RatedRow(row, 5))];
        var weights = new float[100];

        SittingHeat.Weigh(1, ratings, [.. Enumerable.Range(0, 100).Select(i => (long)i)], weights);

        Assert.Equal(50, weights.Count(weight => weight > 0));
        Assert.InRange(weights[50], 1e-3f, 1.2e-3f);
        Assert.Equal(0, weights[49]);
    }

    [Fact]
    public void Without_heat_all_weigh_the_same_and_give_the_flat_vector_to_the_bit()
    {
        var model = TestModels.Model(1, 60, 50);
        var ratings = TestModels.Ratings(new Random(3), 60, 40);
        var weights = new float[40];

        SittingHeat.Weigh(0, ratings, [.. Enumerable.Range(0, 40).Select(i => (long)i)], weights);

        Assert.All(weights, weight => Assert.Equal(1, weight));
        Assert.Equal(UserFoldIn.Fold(model, ratings).Ranking, UserFoldIn.FoldRanking(model, ratings, weights));
        Assert.Equal(UserFoldIn.Fold(model, ratings).Ranking, UserFoldIn.FoldRanking(model, ratings, []));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.25f)]
    public void Weighed_fold_is_that_of_the_dense_reference_and_its_shares_make_the_score(float heat)
    {
        var model = TestModels.Model(1, 80, 20);
        RatedRow[] ratings = [.. TestModels.Ratings(new Random(4), 80, 30), new(-1, 5)];
        var (weights, shares) = (new float[31], new float[31]);
        SittingHeat.Weigh(heat, ratings, [.. Enumerable.Range(0, 31).Select(i => (long)(i * 7 % 31))], weights);

        var x = UserFoldIn.FoldRanking(model, ratings, weights);

        var expected = DenseReference.Ranking(DenseReference.Movies(model), ratings, new UserPreference(model, ratings), weights);
        Assert.All(expected.Zip(x), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        using var explainer = new ScoreExplainer(model, ratings, weights);
        for (var row = 0; row < model.MovieCount; row++)
        {
            explainer.Shares(row, shares);
            Assert.Equal(DotKernel.Dot(x, model.RankingRow(row)), shares.Sum(), 1e-5f);
        }
    }
}
