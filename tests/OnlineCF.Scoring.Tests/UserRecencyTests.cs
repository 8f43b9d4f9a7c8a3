using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

public sealed class UserRecencyTests
{
    private static readonly FoldInParameters Parameters = new(RecentDecay: 0.5f, RecentPrior: 2);

    private readonly ServingModel _model = TestModels.Model(1, 40, 8, Parameters);

    private readonly UserVectors _user = new(0.25f, TestModels.Vector(new Random(1), 8), new float[16], 3);

    [Fact]
    public void Recent_bias_is_the_weighted_mean_of_the_latest_residuals_drawn_to_zero()
    {
        RatedRow[] newestFirst = [new(3, 5), new(-1, 1), new(7, 2)];

        var bias = UserRecency.BiasOf(_model, _user, newestFirst);

        var residuals = newestFirst.Select(rating => rating.Value - Unclamped(rating.Row)).ToArray();
        var expected = (residuals[0] + (0.5 * residuals[1]) + (0.25 * residuals[2])) / (1 + 0.5 + 0.25 + 2);
        Assert.Equal(expected, bias, 1e-5);
    }

    [Fact]
    public void Ratings_beyond_the_window_do_not_count()
    {
        var window = UserRecency.Window(Parameters);
        RatedRow[] latest = [.. Enumerable.Range(0, window).Select(row => new RatedRow(row, 4))];

        var bias = UserRecency.BiasOf(_model, _user, latest);

        Assert.Equal(10, window);
        Assert.Equal(bias, UserRecency.BiasOf(_model, _user, [.. latest, new(30, 0.5f)]));
    }

    [Fact]
    public void Without_ratings_there_is_no_recent_bias() => Assert.Equal(0, UserRecency.BiasOf(_model, _user, []));

    [Fact]
    public void An_evening_of_better_ratings_lifts_the_predictions()
    {
        RatedRow[] all = [new(1, 3), new(2, 3), new(3, 3), new(4, 5), new(5, 5)];
        var user = UserFoldIn.Fold(_model, all);

        var lifted = UserRecency.BiasOf(_model, user, [new(5, 5), new(4, 5), new(3, 3), new(2, 3), new(1, 3)]);
        var lowered = UserRecency.BiasOf(_model, user, [new(1, 3), new(2, 3), new(3, 3), new(4, 5), new(5, 5)]);

        Assert.True(lifted > 0 && lowered < lifted, $"{lifted}, {lowered}");
        Assert.Equal(
            RatingPrediction.Predict(_model, user with { Bias = user.Bias + lifted }, 9),
            RatingPrediction.Predict(_model, user with { RecentBias = lifted }, 9), 1e-5f);
    }

    private float Unclamped(int row) => TestModels.GlobalMean + _user.Bias
        + (row < 0 ? 0 : _model.BiasOf(row) + DotKernel.Dot(_user.Rating, _model.RatingRow(row)));
}
