using System.Diagnostics;

namespace OnlineCF.Grains.Replicas;

/// <summary>Wakes all who wait for the next change; costs nothing while nobody does. Thread-safe.</summary>
public sealed class ChangeSignal
{
    private TaskCompletionSource? _next;

    // Where it starts, nanoseconds of this machine, no other signal ends.
    private long _number = Stopwatch.GetTimestamp();

    /// <summary>Another number after each <see cref="Raise"/>, and other ones than any other signal has.</summary>
    public long Number => Volatile.Read(ref _number);

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
    public void Raise()
    {
        Interlocked.Increment(ref _number);
        Interlocked.Exchange(ref _next, null)?.SetResult();
    }
}
