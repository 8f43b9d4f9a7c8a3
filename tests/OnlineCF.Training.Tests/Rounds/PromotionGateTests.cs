using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class PromotionGateTests
{
    private const int Many = 4000;
    private const int Few = 40;

    private static readonly Measured Good = Figures(0.86, 0.30);

    [Fact]
    public void Better_candidate_passes() => Assert.True(Judge(Good, Figures(0.87, 0.29)).Passed);

    [Fact]
    public void First_candidate_needs_to_beat_the_baselines_only() => Assert.True(Judge(Good).Passed);

    [Fact]
    public void Loss_within_the_tolerance_passes_however_sure_it_is() =>
        Assert.True(Judge(Good, Figures(0.86 / 1.0024, 0.30 / 0.991)).Passed);

    [Theory]
    [InlineData(0.85, 0.30, "RMSE 0.8600 is worse than 0.8500 of the serving model")]
    [InlineData(0.86, 0.31, "NDCG@10 0.3000 is worse than 0.3100 of the serving model")]
    public void Worse_than_what_serves_is_rejected_with_the_figures(double rmse, double ndcg, string reason) =>
        Assert.Equal((false, reason), Judge(Good, Figures(rmse, ndcg)));

    [Fact]
    public void Loss_that_a_small_hold_out_cannot_tell_from_chance_passes_and_on_a_large_one_it_does_not()
    {
        Assert.True(Passes(users: Few, noise: 0.3));
        Assert.False(Passes(users: Many, noise: 0.3));
        Assert.False(Passes(users: Few, noise: 0.03));

        static bool Passes(int users, double noise) => PromotionGate.Judge(
            Snapshot(1), Figures(0.86, 0.28, users, noise), Rival.Serving(Figures(0.86, 0.30, users, noise, seed: 2))).Passed;
    }

    [Fact]
    public void Loss_against_the_best_model_so_far_counts_too() => Assert.Contains(
        "the best model so far",
        PromotionGate.Judge(Snapshot(1), Good, Rival.Serving(Good), Rival.Best(Figures(0.85, 0.30))).Reason,
        StringComparison.Ordinal);

    [Fact]
    public void Worse_than_the_bias_baseline_is_rejected() =>
        Assert.Contains("the bias baseline", Judge(Figures(0.90, 0.30)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Worse_than_popularity_is_rejected() =>
        Assert.Contains("the popularity baseline", Judge(Figures(0.86, 0.10)).Reason, StringComparison.Ordinal);

    [Fact]
    public void Without_a_hold_out_there_is_nothing_to_fail() => Assert.True(PromotionGate.Judge(
        Snapshot(1), new Measured(ModelFigures.None, []), Rival.Baselines(new Measured(ModelFigures.None, []))).Passed);

    [Fact]
    public void Without_liked_movies_in_the_hold_out_the_stars_decide()
    {
        Assert.True(Stars(0.86).Passed);
        Assert.False(Stars(0.96).Passed);

        static (bool Passed, string) Stars(double rmse) => PromotionGate.Judge(
            Snapshot(1), Figures(rmse, double.NaN), Rival.Baselines(Figures(0.88, double.NaN)));
    }

    [Fact]
    public void Serving_model_without_figures_does_not_stand_in_the_way() =>
        Assert.True(Judge(Good, Figures(double.NaN, double.NaN)).Passed);

    [Fact]
    public void Candidate_without_figures_never_passes() =>
        Assert.False(Judge(Figures(double.NaN, double.NaN)).Passed);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Candidate_with_factors_that_are_no_numbers_never_passes(float factor) =>
        Assert.False(PromotionGate.Judge(Snapshot(factor), Good, Rival.Baselines(Figures(0.88, 0.16))).Passed);

    private static (bool Passed, string Reason) Judge(Measured candidate, Measured? serving = null) => PromotionGate.Judge(
        Snapshot(1), candidate,
        [.. serving is null ? [] : new[] { Rival.Serving(serving) }, Rival.Baselines(Figures(0.88, 0.16))]);

    // Users differ by the noise; its mean over all of them is zero, so that the figures are those given.
    private static Measured Figures(double rmse, double ndcg, int users = Many, double noise = 0, int seed = 1)
    {
        var random = new Random(seed);
        double[] drawn = [.. Enumerable.Range(0, users).Select(_ => (random.NextDouble() - 0.5) * 2 * noise)];
        var mean = drawn.Average();
        return new Measured(
            ModelFigures.None with { ValidationRmse = rmse, ValidationNdcg10 = ndcg },
            [.. drawn.Select(x => new UserOutcome(10 * rmse * rmse, 10, ndcg + x - mean))]);
    }

    private static FactorSnapshot Snapshot(float factor)
    {
        var row = new float[FactorTable.Alignment];
        row[0] = factor;
        return new FactorSnapshot
        {
            TrainedSequence = 1,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = 3.5f,
            FoldIn = new FoldInParameters(),
            Movies = new FactorTable(1, [1], [1], [0], row, row),
            Users = FactorTable.Empty(1),
        };
    }
}
