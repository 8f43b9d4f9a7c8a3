using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Tests.Telemetry;

public sealed class RollingMeanTests
{
    [Fact]
    public void Mean_of_nothing_is_not_a_number() => Assert.True(double.IsNaN(new RollingMean(3).Mean));

    [Fact]
    public void Mean_runs_over_the_last_values_alone()
    {
        var mean = new RollingMean(3);
        foreach (var value in new[] { 100.0, 1, 2, 3 })
        {
            mean.Add(value);
        }

        Assert.Equal(2, mean.Mean, 1e-12);
    }
}
