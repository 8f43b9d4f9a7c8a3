using OnlineCF.Core.Models;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Rounds;

public sealed class PromotionGateTests
{
    private static readonly ModelFigures Good = Figures(0.86, 0.30);

    [Fact]
    public void Better_candidate_passes() => Assert.True(Judge(Good, Figures(0.87, 0.29)).Passed);

    [Fact]
    public void First_candidate_needs_to_beat_the_baselines_only() => Assert.True(Judge(Good, ModelFigures.None).Passed);

    [Fact]
    public void Difference_within_the_tolerance_passes() =>
        Assert.True(Judge(Good, Figures(0.86 / 1.0049, 0.30 / 0.981)).Passed);

    [Theory]
    [InlineData(0.85, 0.30, "RMSE 0.8600 is worse than 0.8500 of the serving model")]
    [InlineData(0.86, 0.31, "NDCG@10 0.3000 is worse than 0.3100 of the serving model")]
    public void Worse_than_what_serves_is_rejected_with_the_figures(double rmse, double ndcg, string reason) =>
        Assert.Equal((false, reason), Judge(Good, Figures(rmse, ndcg)));

    [Fact]
    public void Worse_than_the_bias_baseline_is_rejected() =>
        Assert.Contains("the bias baseline", Judge(Figures(0.90, 0.30), ModelFigures.None).Reason, StringComparison.Ordinal);

    [Fact]
    public void Worse_than_popularity_is_rejected() =>
        Assert.Contains("the popularity baseline", Judge(Figures(0.86, 0.10), ModelFigures.None).Reason, StringComparison.Ordinal);

    [Fact]
    public void Without_a_hold_out_there_is_nothing_to_fail() =>
        Assert.True(PromotionGate.Judge(Snapshot(1), ModelFigures.None, ModelFigures.None, double.NaN, double.NaN).Passed);

    [Fact]
    public void Without_liked_movies_in_the_hold_out_the_stars_decide()
    {
        Assert.True(PromotionGate.Judge(Snapshot(1), Figures(0.86, double.NaN), ModelFigures.None, 0.88, double.NaN).Passed);
        Assert.False(PromotionGate.Judge(Snapshot(1), Figures(0.96, double.NaN), ModelFigures.None, 0.88, double.NaN).Passed);
    }

    [Fact]
    public void Serving_model_without_figures_does_not_stand_in_the_way() =>
        Assert.True(Judge(Good, Figures(double.NaN, double.NaN)).Passed);

    [Fact]
    public void Candidate_without_figures_never_passes() =>
        Assert.False(Judge(Figures(double.NaN, double.NaN), ModelFigures.None).Passed);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Candidate_with_factors_that_are_no_numbers_never_passes(float factor) =>
        Assert.False(PromotionGate.Judge(Snapshot(factor), Good, ModelFigures.None, 0.88, 0.16).Passed);

    private static (bool Passed, string Reason) Judge(ModelFigures candidate, ModelFigures serving) =>
        PromotionGate.Judge(Snapshot(1), candidate, serving, 0.88, 0.16);

    private static ModelFigures Figures(double rmse, double ndcg) =>
        ModelFigures.None with { ValidationRmse = rmse, ValidationNdcg10 = ndcg };

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
