using Grpc.Core;
using OnlineCF.Cluster.Tests.Soak;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>
/// A client that streams ratings to any silo. Where its silo is gone or cannot take them, it sends what was not
/// acknowledged again, to another.
/// </summary>
internal sealed class SiloWriter(SiloCluster cluster, SentRatings ratings, int seed)
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(seed);
    private Rating[]? _unacknowledged;

    /// <summary>Streams that ended before the client wanted them to.</summary>
    public int Broken { get; private set; }

    /// <summary>Ratings that a silo had already when they came again.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Writes until told to end, and then until everything is acknowledged.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(Pause);
        while (!end.IsCancellationRequested || _unacknowledged is not null)
        {
            try
            {
                var running = cluster.Running;
                if (running.Count > 0)
                {
                    await StreamAsync(cluster[running[_random.Next(running.Count)]], end);
                }
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or ObjectDisposedException
                or RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Cancelled or StatusCode.Internal })
            {
                // The silo was killed or could not reach the user: nothing is known of the batch.
                Broken++;
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private async Task StreamAsync(ServerProcess silo, CancellationToken end)
    {
        using var call = silo.Ratings.StreamRatings(cancellationToken: TestContext.Current.CancellationToken);
        while (!end.IsCancellationRequested || _unacknowledged is not null)
        {
            var batch = _unacknowledged ??= ratings.Next(BatchSize);
            await call.RequestStream.WriteAsync(new StreamRatingsRequest { Ratings = { batch } }, CancellationToken.None);
            if (!await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
            {
                return;
            }

            var answer = call.ResponseStream.Current;
            Assert.Equal(batch.Length, answer.Accepted + answer.Duplicate + answer.Stale);
            Duplicates += answer.Duplicate;
            ratings.Acknowledge(batch);
            _unacknowledged = null;
        }
    }
}
