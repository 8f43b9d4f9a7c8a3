using OnlineCF.Cli.Bench;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class LoadTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(400);
    private readonly HurryingTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_call_is_made_as_soon_as_one_has_ended()
    {
        var figures = await new Load(1, _time).ClosedAsync((_, _, _) => TakeAsync(10), Duration, Token);

        Assert.Equal(40, figures.Calls);
        Assert.Equal(100, figures.PerSecond, 6);
        Assert.Equal(new Latencies(10, 10, 10, 10), figures.Latency);
    }

    [Fact]
    public async Task Calls_on_a_schedule_are_as_many_as_it_has()
    {
        var figures = await new Load(1, _time).OpenAsync((_, _, _) => TakeAsync(1), Duration, 100, Token);

        Assert.Equal(40, figures.Calls);
        Assert.Equal(1, figures.Latency.MaxMs, 6);
    }

    [Fact]
    public async Task Who_would_have_waited_behind_a_slow_call_is_counted_as_waiting()
    {
        // One call of 40 takes long. In a closed loop all others are fast; on a schedule, all that come due meanwhile are late.
        var load = new Load(1, _time);
        var calls = 0;
        Task Call(int caller, Random random, CancellationToken cancel) => TakeAsync(calls++ % 40 == 10 ? 200 : 1);

        var closed = await load.ClosedAsync(Call, Duration, Token);
        calls = 0;
        var open = await load.OpenAsync(Call, Duration, 50, Token);

        Assert.Equal((1, 200), (closed.Latency.P95Ms, closed.Latency.MaxMs));
        Assert.Equal(20, open.Calls);
        Assert.Equal(181, open.Latency.P95Ms, 6);
    }

    [Fact]
    public async Task A_server_that_does_not_keep_up_ends_the_measurement_all_the_same()
    {
        var figures = await new Load(1, _time).OpenAsync((_, _, _) => TakeAsync(50), Duration, 1000, Token);

        Assert.Equal(16, figures.Calls);
    }

    [Fact]
    public async Task Each_caller_has_one_call_under_way()
    {
        var (underWay, most) = (0, 0);
        await new Load(3, _time).ClosedAsync(
            async (_, _, _) =>
            {
                var now = Interlocked.Increment(ref underWay);
                InterlockedMax(ref most, now);
                await TakeAsync(1);
                Interlocked.Decrement(ref underWay);
            },
            Duration,
            Token);

        Assert.InRange(most, 1, 3);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = most; value > known; known = most)
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }

    private Task TakeAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time, Token);
}
