namespace OnlineCF.Grains.Replicas;

/// <summary>Wakes all who wait for the next change; costs nothing while nobody does.</summary>
public sealed class ChangeSignal
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next <see cref="Raise"/>.</summary>
    public Task Next
    {
        get
        {
            if (Volatile.Read(ref _next) is { } waiting)
            {
                return waiting.Task;
            }

            var added = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (Interlocked.CompareExchange(ref _next, added, null) ?? added).Task;
        }
    }

    /// <summary>Completes the task that all current waiters hold.</summary>
    public void Raise() => Interlocked.Exchange(ref _next, null)?.SetResult();
}
