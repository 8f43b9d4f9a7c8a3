using System.Diagnostics;
using Grpc.Core;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>Waits for what happens in other processes.</summary>
internal static class Poll
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until it is so.</summary>
    /// <returns>How long that took.</returns>
    public static async Task<TimeSpan> UntilAsync(TimeSpan patience, string what, Func<Task<bool>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Period);
        while (!await ask())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < patience, $"{what}: not in {patience.TotalSeconds:F0} s");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Calls until a call succeeds, as a client does that finds a service unavailable.</summary>
    /// <returns>How long that took.</returns>
    public static Task<TimeSpan> UntilAnsweredAsync(TimeSpan patience, string what, Func<Task> call) => UntilAsync(patience, what, async () =>
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return false;
        }
    });
}
