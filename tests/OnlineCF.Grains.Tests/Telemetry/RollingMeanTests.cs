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

    [Fact]
    public async Task A_reader_beside_the_writer_never_sees_half_a_value()
    {
        var mean = new RollingMean(4);
        var done = false;
        mean.Add(1);
        var reader = Task.Factory.StartNew(
            () =>
            {
                var worst = 1.0;
                while (!Volatile.Read(ref done))
                {
                    worst = Math.Max(worst, mean.Mean);
                }

                return worst;
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        for (var i = 0; i < 2_000_000; i++)
        {
            mean.Add(1);
        }

        Volatile.Write(ref done, true);
        Assert.Equal(1, await reader);
    }
}
