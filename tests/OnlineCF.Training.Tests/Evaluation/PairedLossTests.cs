using OnlineCF.Training.Evaluation;

namespace OnlineCF.Training.Tests.Evaluation;

public sealed class PairedLossTests
{
    [Fact]
    public void Ndcg_of_three_users_by_hand()
    {
        // Losses 0.1, 0.2 and 0 of a mean of 0.4; the fourth user has no list. Variance 0.01, error √(0.01 / 3).
        var loss = PairedLoss.OfNdcg(
            [Ndcg(0.4), Ndcg(0.2), Ndcg(0.3), Ndcg(double.NaN)], [Ndcg(0.5), Ndcg(0.4), Ndcg(0.3), Ndcg(double.NaN)]);

        Assert.Equal(0.1 / 0.4, loss.Loss, 12);
        Assert.Equal(Math.Sqrt(0.01 / 3) / 0.4, loss.StandardError, 12);
    }

    [Fact]
    public void Rmse_of_two_users_by_hand()
    {
        // Mean squared errors 16/4 and 4/4: RMSE 2 against 1, a loss of 100 %. D = 3; the users' differences 4 and 8
        // less n_u D, 3 and 9, are 1 and −1; the error of D is √(2 · 2) / 4, that of the root D / (2 + 1) a third.
        var loss = PairedLoss.OfRmse([new(5, 1, 0), new(11, 3, 0)], [new(1, 1, 0), new(3, 3, 0)]);

        Assert.Equal(1, loss.Loss, 12);
        Assert.Equal(Math.Sqrt(2 * 2) / 4 / 3, loss.StandardError, 12);
    }

    [Fact]
    public void What_is_hard_for_both_is_no_uncertainty()
    {
        var loss = PairedLoss.OfNdcg([Ndcg(0.1), Ndcg(0.9), Ndcg(0.5)], [Ndcg(0.2), Ndcg(1.0), Ndcg(0.6)]);

        Assert.Equal(0, loss.StandardError, 12);
        Assert.True(loss.IsReal(tolerance: 0.01, deviations: 2));
    }

    [Fact]
    public void Nothing_measured_is_no_loss()
    {
        Assert.False(PairedLoss.OfNdcg([Ndcg(double.NaN)], [Ndcg(double.NaN)]).IsReal(0, 0));
        Assert.False(PairedLoss.OfRmse([], []).IsReal(0, 0));
    }

    private static UserOutcome Ndcg(double ndcg) => new(0, 0, ndcg);
}
