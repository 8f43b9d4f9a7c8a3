using System.Collections.Concurrent;
using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Bench;

/// <summary>What to ask of the server.</summary>
/// <param name="Duration">How long each part goes on.</param>
/// <param name="Callers">Calls, or streams of ratings, at once.</param>
/// <param name="Users">Lists are asked for users from 1 to this; each stream has ratings of so many.</param>
/// <param name="Count">Movies a list.</param>
/// <param name="BatchSize">Ratings a batch.</param>
internal sealed record BenchOptions(TimeSpan Duration, int Callers, int Users, int Count, int BatchSize);

/// <summary>Lists that were asked for.</summary>
internal sealed record ListsResult(long Calls, double PerSecond, double PersonalizedShare, Latencies Latency);

/// <summary>Ratings that were sent; the latency is that of a batch, from sending to its acknowledgement.</summary>
internal sealed record RatingsResult(long Accepted, double PerSecond, Latencies Latency);

/// <summary>
/// Keeps a server busy and measures it from outside: each caller has one call under way, and asks again when it is
/// answered (a closed loop, so that a slow server is asked less).
/// </summary>
internal sealed class BenchRun(ServerConnection connection, BenchOptions options, TimeProvider time)
{
    private const int Movies = 1000;

    /// <summary>Asks for lists of users at random.</summary>
    public async Task<ListsResult> ListsAsync(CancellationToken cancel)
    {
        var calls = new ConcurrentQueue<TimeSpan>();
        var personalized = 0;
        var elapsed = await MeasureAsync(
            async (random, _) =>
            {
                var request = new RecommendRequest { UserId = random.Next(1, options.Users + 1), Count = options.Count };
                var started = time.GetTimestamp();
                var list = await connection.Recommendations.RecommendAsync(request, ServerConnection.Unary(cancel));
                calls.Enqueue(time.GetElapsedTime(started));
                Interlocked.Add(ref personalized, list.Source == RecommendationSource.Personalized ? 1 : 0);
            },
            cancel);
        return new ListsResult(
            calls.Count, calls.Count / elapsed.TotalSeconds, calls.IsEmpty ? double.NaN : (double)personalized / calls.Count, Latencies.Of(calls));
    }

    /// <summary>Streams made-up ratings, which the server keeps and learns from.</summary>
    public async Task<RatingsResult> RatingsAsync(CancellationToken cancel)
    {
        var calls = new ConcurrentQueue<TimeSpan>();
        var accepted = 0L;
        var streams = Enumerable.Range(0, options.Callers).Select(_ => connection.Ratings.StreamRatings(cancellationToken: cancel)).ToArray();
        try
        {
            var elapsed = await MeasureAsync(
                async (random, caller) =>
                {
                    var batch = BatchOf(random, caller);
                    var started = time.GetTimestamp();
                    await streams[caller].RequestStream.WriteAsync(batch, cancel);
                    await streams[caller].ResponseStream.MoveNext(cancel);
                    calls.Enqueue(time.GetElapsedTime(started));
                    Interlocked.Add(ref accepted, streams[caller].ResponseStream.Current.Accepted);
                },
                cancel);
            return new RatingsResult(accepted, accepted / elapsed.TotalSeconds, Latencies.Of(calls));
        }
        finally
        {
            Array.ForEach(streams, stream => stream.Dispose());
        }
    }

    private async Task<TimeSpan> MeasureAsync(Func<Random, int, Task> call, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Callers).Select(async caller =>
        {
            var random = new Random(caller);
            while (time.GetElapsedTime(started) < options.Duration)
            {
                cancel.ThrowIfCancellationRequested();
                await call(random, caller);
            }
        }));
        return time.GetElapsedTime(started);
    }

    private StreamRatingsRequest BatchOf(Random random, int caller)
    {
        var batch = new StreamRatingsRequest();
        for (var i = 0; i < options.BatchSize; i++)
        {
            batch.Ratings.Add(new Rating
            {
                UserId = 1 + (random.Next(options.Users) * (long)options.Callers) + caller,
                MovieId = random.Next(1, Movies + 1),
                Value = random.Next(1, 11) / 2f,
            });
        }

        return batch;
    }
}
