using OnlineCF.Cli.Bench;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class LatenciesTests
{
    [Fact]
    public void Ranks_are_those_of_the_sorted_calls()
    {
        var calls = Enumerable.Range(1, 200).Reverse().Select(ms => TimeSpan.FromMilliseconds(ms));
        Assert.Equal(new Latencies(100, 190, 198, 200), Latencies.Of(calls));
        Assert.Equal(new Latencies(7, 7, 7, 7), Latencies.Of([TimeSpan.FromMilliseconds(7)]));
        Assert.True(double.IsNaN(Latencies.Of([]).P50Ms));
    }
}
