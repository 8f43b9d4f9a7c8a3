using System.Collections.Concurrent;

namespace OnlineCF.Cli.Bench;

/// <summary>Calls that were made.</summary>
/// <param name="Calls">How many ended within the time.</param>
/// <param name="PerSecond">Calls a second.</param>
/// <param name="Latency">How long each took.</param>
internal sealed record LoadFigures(long Calls, double PerSecond, Latencies Latency);

/// <summary>Keeps calls under way, each caller one at a time.</summary>
/// <param name="callers">Calls at once.</param>
/// <param name="time">The clock.</param>
internal sealed class Load(int callers, TimeProvider time)
{
    // A server that does not keep up is given as long again to catch up.
    private const int MostLate = 2;

    /// <summary>Makes a call: for a caller, from 0, with random numbers of its own.</summary>
    public delegate Task Call(int caller, Random random, CancellationToken cancellationToken);

    /// <summary>
    /// As many as the server takes: the next call as soon as one has ended. A slow server is asked less, so that these
    /// latencies leave out who would have waited meanwhile.
    /// </summary>
    public Task<LoadFigures> ClosedAsync(Call call, TimeSpan duration, CancellationToken cancel) =>
        RunAsync(call, duration, duration, _ => TimeSpan.Zero, cancel);

    /// <summary>
    /// So many a second, whatever the server does: a call that finds all callers busy is late, and its latency counts
    /// from when it was due (no coordinated omission).
    /// </summary>
    public Task<LoadFigures> OpenAsync(Call call, TimeSpan duration, double perSecond, CancellationToken cancel) =>
        RunAsync(call, duration, duration * MostLate, index => TimeSpan.FromSeconds(index / perSecond), cancel);

    private async Task<LoadFigures> RunAsync(
        Call call, TimeSpan duration, TimeSpan limit, Func<long, TimeSpan> dueAt, CancellationToken cancel)
    {
        var latencies = new ConcurrentQueue<TimeSpan>();
        var next = -1L;
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(
            async () =>
            {
                var random = new Random(caller);
                while (true)
                {
                    var due = dueAt(Interlocked.Increment(ref next));
                    var from = time.GetElapsedTime(started);
                    if (from >= limit || due >= duration)
                    {
                        return;
                    }

                    if (due > from)
                    {
                        // A timer that is late is not the server's doing.
                        await Task.Delay(due - from, time, cancel);
                        from = time.GetElapsedTime(started);
                    }
                    else if (due > TimeSpan.Zero)
                    {
                        from = due;
                    }

                    cancel.ThrowIfCancellationRequested();
                    await call(caller, random, cancel);
                    latencies.Enqueue(time.GetElapsedTime(started) - from);
                }
            },
            cancel)));
        var elapsed = time.GetElapsedTime(started);
        return new LoadFigures(latencies.Count, latencies.Count / elapsed.TotalSeconds, Latencies.Of(latencies));
    }
}
