using Grpc.Health.V1;
using OnlineCF.Cli.Commands;
using OnlineCF.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Bench;

/// <summary>The calls that are measured.</summary>
internal sealed class BenchCalls(ServerConnection connection, ServerConnection empty, BenchOptions options) : IAsyncDisposable
{
    private const int Movies = 1000;

    private readonly RatingStream?[] _streams = new RatingStream?[options.Callers];

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
        var stream = _streams[caller] ??= connection.Client.StreamRatings(
            new RatingStreamOptions { BatchSize = options.BatchSize, MostUnacknowledged = options.BatchSize });
        var acknowledged = await stream.SendAsync(BatchOf(random, caller), cancel);
        Interlocked.Add(ref _accepted, (await acknowledged.WaitAsync(cancel)).Answer.Accepted);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var stream in _streams.OfType<RatingStream>())
        {
            await stream.DisposeAsync();
        }
    }

    // Each stream has users of its own, apart from those whose lists are asked for.
    private List<Rating> BatchOf(Random random, int caller)
    {
        var batch = new List<Rating>(options.BatchSize);
        for (var i = 0; i < options.BatchSize; i++)
        {
            batch.Add(new Rating
            {
                UserId = 1 + options.Users + (random.Next(options.Users) * (long)options.Callers) + caller,
                MovieId = random.Next(1, Movies + 1),
                Value = random.Next(1, 11) / 2f,
            });
        }

        return batch;
    }
}
