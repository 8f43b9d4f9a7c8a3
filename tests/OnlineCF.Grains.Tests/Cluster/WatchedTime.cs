using Microsoft.Extensions.Time.Testing;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>A clock that stands and says when somebody has begun to wait by it: only then is it of use to move it.</summary>
public sealed class WatchedTime : FakeTimeProvider
{
    private readonly TaskCompletionSource _firstTimer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first timer runs.</summary>
    public Task FirstTimer => _firstTimer.Task;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        _firstTimer.TrySetResult();
        return timer;
    }
}
