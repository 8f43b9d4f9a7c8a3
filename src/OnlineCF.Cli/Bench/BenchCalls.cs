using Grpc.Core;
using Grpc.Health.V1;
using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Bench;

/// <summary>The calls that are measured.</summary>
internal sealed class BenchCalls(ServerConnection connection, ServerConnection empty, BenchOptions options) : IDisposable
{
    private const int Movies = 1000;

    private readonly AsyncDuplexStreamingCall<StreamRatingsRequest, StreamRatingsResponse>?[] _streams =
        new AsyncDuplexStreamingCall<StreamRatingsRequest, StreamRatingsResponse>?[options.Callers];

    private long _lists;
    private long _personalized;
    private long _accepted;

    /// <summary>Share of the lists so far that were personal; NaN before the first.</summary>
    public double PersonalizedShare => (double)_personalized / _lists;

    /// <summary>Ratings acknowledged so far.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>The least that a server can do: the standard question whether it is well.</summary>
    public async Task EmptyAsync(int caller, Random random, CancellationToken cancel) =>
        await empty.Health.CheckAsync(new HealthCheckRequest(), ServerConnection.Unary(cancel));

    /// <summary>The list of a user at random.</summary>
    public async Task ListAsync(int caller, Random random, CancellationToken cancel)
    {
        var request = new RecommendRequest { UserId = random.Next(1, options.Users + 1), Count = options.Count };
        var list = await connection.Recommendations.RecommendAsync(request, ServerConnection.Unary(cancel));
        Interlocked.Increment(ref _lists);
        Interlocked.Add(ref _personalized, list.Source == RecommendationSource.Personalized ? 1 : 0);
    }

    /// <summary>A batch of made-up ratings on the caller's stream, from sending to its acknowledgement.</summary>
    public async Task RateAsync(int caller, Random random, CancellationToken cancel)
    {
        var stream = _streams[caller] ??= connection.Ratings.StreamRatings(cancellationToken: cancel);
        await stream.RequestStream.WriteAsync(BatchOf(random, caller), cancel);
        if (!await stream.ResponseStream.MoveNext(cancel))
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "the server ended the stream before its answers"));
        }

        Interlocked.Add(ref _accepted, stream.ResponseStream.Current.Accepted);
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_streams, stream => stream?.Dispose());

    // Each stream has users of its own, apart from those whose lists are asked for.
    private StreamRatingsRequest BatchOf(Random random, int caller)
    {
        var batch = new StreamRatingsRequest();
        for (var i = 0; i < options.BatchSize; i++)
        {
            batch.Ratings.Add(new Rating
            {
                UserId = 1 + options.Users + (random.Next(options.Users) * (long)options.Callers) + caller,
                MovieId = random.Next(1, Movies + 1),
                Value = random.Next(1, 11) / 2f,
            });
        }

        return batch;
    }
}
