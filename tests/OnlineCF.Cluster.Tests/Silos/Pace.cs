using System.Diagnostics;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>
/// How late a timer of 20 ms is at worst while others have the processor: what bounds on short times have to allow for.
/// </summary>
internal sealed class Pace : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task _running;
    private long _worstTicks;

    private Pace() => _running = RunAsync();

    /// <summary>The greatest delay so far.</summary>
    public TimeSpan Worst => TimeSpan.FromTicks(Volatile.Read(ref _worstTicks));

    /// <summary>Begins to measure.</summary>
    public static Pace Start() => new();

    /// <summary>A bound for what takes a few switches from process to process, each of which may be as late as that.</summary>
    public TimeSpan Allow(TimeSpan bound) => bound + (10 * Worst);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Period);
        try
        {
            for (var last = Stopwatch.GetTimestamp(); await timer.WaitForNextTickAsync(_end.Token); last = Stopwatch.GetTimestamp())
            {
                var late = Stopwatch.GetElapsedTime(last) - Period;
                Volatile.Write(ref _worstTicks, Math.Max(_worstTicks, late.Ticks));
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }
}
