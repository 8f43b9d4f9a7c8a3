namespace OnlineCF.Scoring.Tests;

public sealed class CensoredStarsTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(0.7f)]
    [InlineData(2.75f)]
    [InlineData(3.5f)]
    [InlineData(4.45f)]
    [InlineData(4.9f)]
    [InlineData(5.5f)]
    public void Stars_are_the_mean_of_what_the_scale_lets_be_given(float mean)
    {
        const int steps = 20_000;
        var (sum, weights) = (0.0, 0.0);
        for (var i = 0; i <= steps; i++)
        {
            var z = (12.0 * i / steps) - 6;
            var weight = Math.Exp(-z * z / 2);
            sum += weight * Math.Clamp(mean + (0.8 * z), 0.5, 5);
            weights += weight;
        }

        Assert.Equal(sum / weights, CensoredStars.Of(mean), 1e-3);
    }

    [Fact]
    public void Stars_rise_with_the_mean_and_stay_within_the_scale()
    {
        var last = 0f;
        for (var mean = -20f; mean <= 30; mean += 0.01f)
        {
            var stars = CensoredStars.Of(mean);
            Assert.InRange(stars, Math.Max(0.5f, last - 2e-3f), 5);
            last = stars;
        }

        Assert.Equal(5, CensoredStars.Of(float.PositiveInfinity));
        Assert.Equal(0.5f, CensoredStars.Of(float.NegativeInfinity));
    }
}
