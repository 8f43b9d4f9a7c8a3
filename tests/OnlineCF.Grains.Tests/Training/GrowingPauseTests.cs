using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

public sealed class GrowingPauseTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly GrowingPause _pause = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60));

    [Fact]
    public void Pause_doubles_with_each_failure_up_to_the_longest_and_ends_with_a_success()
    {
        var now = Start;
        Assert.True(_pause.IsOver(now));
        foreach (var seconds in new[] { 10, 20, 40, 60, 60 })
        {
            _pause.OnFailure(now);
            Assert.False(_pause.IsOver(now.AddSeconds(seconds - 1)));
            now = now.AddSeconds(seconds);
            Assert.True(_pause.IsOver(now));
        }

        _pause.OnSuccess();
        _pause.OnFailure(now);
        Assert.True(_pause.IsOver(now.AddSeconds(10)));
    }

    [Fact]
    public void Clock_that_is_put_back_makes_no_pause_longer()
    {
        _pause.OnFailure(Start);
        Assert.True(_pause.IsOver(Start.AddHours(-1)));
    }
}
