using OnlineCF.Cli.Replay;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class PrequentialStatisticsTests
{
    [Fact]
    public void Rmse_is_over_all_ratings_and_over_the_second_half()
    {
        var statistics = new PrequentialStatistics(total: 4);
        statistics.OnRating(predicted: 3, value: 5);
        statistics.OnRating(predicted: 4, value: 4);
        statistics.OnRating(predicted: 2, value: 3);
        statistics.OnRating(predicted: 3.5, value: 3.5);

        Assert.Equal(Math.Sqrt((4 + 0 + 1 + 0) / 4.0), statistics.Rmse, 12);
        Assert.Equal(Math.Sqrt((1 + 0) / 2.0), statistics.RmseOfSecondHalf, 12);
        Assert.Equal(4, statistics.Ratings);
    }

    [Fact]
    public void Of_an_odd_number_the_middle_one_is_in_the_second_half()
    {
        var statistics = new PrequentialStatistics(total: 3);
        statistics.OnRating(3, 5);
        statistics.OnRating(3, 4);
        statistics.OnRating(3, 3);

        Assert.Equal(Math.Sqrt(1 / 2.0), statistics.RmseOfSecondHalf, 12);
    }

    [Fact]
    public void Without_a_model_the_mean_so_far_is_the_prediction()
    {
        var statistics = new PrequentialStatistics(total: 3);
        statistics.OnRating(predicted: 0, value: 3.75);
        Assert.Equal(1, statistics.Rmse, 12);

        statistics.OnRating(predicted: 0, value: 4.75);
        Assert.Equal(Math.Sqrt((1 + 1) / 2.0), statistics.Rmse, 12);

        statistics.OnRating(predicted: 0, value: 4.25);
        Assert.Equal(Math.Sqrt((1 + 1 + 0) / 3.0), statistics.Rmse, 12);
    }

    [Fact]
    public void Nothing_measured_is_not_a_number()
    {
        var statistics = new PrequentialStatistics(total: 0);

        Assert.True(double.IsNaN(statistics.Rmse));
        Assert.True(double.IsNaN(statistics.RmseOfSecondHalf));
    }
}
