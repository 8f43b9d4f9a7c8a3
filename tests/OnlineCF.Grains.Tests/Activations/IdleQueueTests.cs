using Microsoft.Extensions.Time.Testing;
using OnlineCF.Grains.Activations;

namespace OnlineCF.Grains.Tests.Activations;

public sealed class IdleQueueTests
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly SetClock _clock;
    private readonly IdleQueue<string> _queue;

    public IdleQueueTests()
    {
        _clock = new SetClock(_time);
        _queue = new IdleQueue<string>(Step, _clock);
    }

    [Fact]
    public void What_is_idle_for_its_time_comes_out_once_and_at_most_a_step_late()
    {
        _time.Advance(TimeSpan.FromSeconds(17));
        _queue.Add("a", Age);
        _time.Advance(Age - TimeSpan.FromTicks(1));
        Assert.Empty(_queue.TakeDue());

        _time.Advance(Step + Step);
        Assert.Equal(["a"], _queue.TakeDue());
        Assert.Empty(_queue.TakeDue());
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void What_was_called_meanwhile_begins_anew()
    {
        _queue.Add("a", Age);
        _time.Advance(Age / 2);
        _queue.Remove("a");
        _queue.Add("a", Age);
        _time.Advance((Age / 2) + Step + Step);
        Assert.Empty(_queue.TakeDue());

        _time.Advance(Age);
        Assert.Equal(["a"], _queue.TakeDue());
    }

    [Fact]
    public void Each_has_its_own_time()
    {
        _queue.Add("long", 4 * Age);
        _queue.Add("short", Age);
        _queue.Add("gone", Age);
        _queue.Remove("gone");

        _time.Advance(Age + Step + Step);
        Assert.Equal(["short"], _queue.TakeDue());
        _time.Advance(3 * Age);
        Assert.Equal(["long"], _queue.TakeDue());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-3600)]
    [InlineData(-60 * 24 * 3600)]
    [InlineData(20 * 365 * 24 * 3600)]
    public void A_clock_that_is_set_changes_nothing(long seconds)
    {
        _queue.Add("a", Age);
        _clock.Set = TimeSpan.FromSeconds(seconds);
        _queue.Add("b", Age);
        Assert.Empty(_queue.TakeDue());

        _time.Advance(Age + Step + Step);
        Assert.Equal(["a", "b"], _queue.TakeDue().Order());
    }

    [Fact]
    public async Task Threads_that_add_and_remove_leave_nothing_behind()
    {
        await Parallel.ForAsync(0, 4, TestContext.Current.CancellationToken, (thread, _) =>
        {
            for (var i = 0; i < 2000; i++)
            {
                _queue.Add($"{thread}-{i % 10}", Age);
                _queue.Remove($"{thread}-{i % 10}");
            }

            return ValueTask.CompletedTask;
        });

        Assert.Equal(0, _queue.Count);
        _time.Advance(2 * Age);
        Assert.Empty(_queue.TakeDue());
    }

    // The clock on the wall is set; the time that has passed is not.
    private sealed class SetClock(TimeProvider time) : TimeProvider
    {
        public TimeSpan Set { get; set; }

        public override long TimestampFrequency => time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Set;

        public override long GetTimestamp() => time.GetTimestamp();
    }
}
