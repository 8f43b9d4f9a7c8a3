using OnlineCF.Cli.Bench;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class LoadTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_come_as_fast_as_they_are_answered_each_caller_one_at_a_time()
    {
        var (underWay, most) = (0, 0);
        var figures = await new Load(3, TimeProvider.System).ClosedAsync(
            async (_, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay));
                await Task.Yield();
                Interlocked.Decrement(ref underWay);
            },
            Duration,
            Token);

        Assert.InRange(most, 1, 3);
        Assert.InRange(figures.Calls, 100, long.MaxValue);
    }

    [Fact]
    public async Task Calls_on_a_schedule_are_not_more_than_it_has()
    {
        var figures = await new Load(2, TimeProvider.System).OpenAsync((_, _, _) => Task.CompletedTask, Duration, 100, Token);

        Assert.Equal(40, figures.Calls);
    }

    [Fact]
    public async Task Who_would_have_waited_behind_a_slow_call_is_counted_as_waiting()
    {
        // One call of 20 takes long: with the loop closed 19 of 20 are fast, and on a schedule all behind it are late.
        var load = new Load(1, TimeProvider.System);
        var calls = 0;
        var slow = TimeSpan.FromMilliseconds(200);
        Task Call(int caller, Random random, CancellationToken cancel) =>
            calls++ % 20 == 10 ? Task.Delay(slow, cancel) : Task.CompletedTask;

        var closed = await load.ClosedAsync(Call, Duration, Token);
        calls = 0;
        var open = await load.OpenAsync(Call, Duration, 50, Token);

        Assert.InRange(closed.Latency.P50Ms, 0, 50);
        Assert.InRange(open.Latency.P50Ms, 20, 400);
        Assert.Equal(20, open.Calls);
    }

    [Fact]
    public async Task A_server_that_does_not_keep_up_ends_the_measurement_all_the_same()
    {
        var figures = await new Load(1, TimeProvider.System).OpenAsync(
            (_, _, cancel) => Task.Delay(TimeSpan.FromMilliseconds(50), cancel), Duration, 1000, Token);

        Assert.InRange(figures.Calls, 2, 17);
    }
}
