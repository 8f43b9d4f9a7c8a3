using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Soak;

/// <summary>Everything that clients do at once, until it is told to end or the server goes away.</summary>
internal sealed class SoakLoad(ServerProcess server, IReadOnlyList<SentRatings> streams, int seed)
{
    private const int BatchSize = 200;
    private const int Watches = 30;

    private static readonly string[] Queries = ["star wars", "the", "nothing of that name", "matrix 1999"];

    private long _lists;
    private long _searches;
    private long _pushes;

    /// <summary>Lists, searches and pushed lists that were answered.</summary>
    public (long Lists, long Searches, long Pushes) Answered => (_lists, _searches, _pushes);

    /// <summary>Runs until the token is cancelled; what fails because the server is gone is no fault.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        var clients = streams.Select(stream => RateAsync(stream, end))
            .Concat(Enumerable.Range(0, 3).Select(client => RepeatAsync(client, RecommendAsync, end)))
            .Append(RepeatAsync(3, SearchAsync, end))
            .Concat(Enumerable.Range(0, Watches).Select(watch => WatchAsync(watch, end)));
        await Task.WhenAll(clients.Select(UntilGoneAsync));
    }

    private static async Task UntilGoneAsync(Task client)
    {
        try
        {
            await client;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException
            or RpcException { StatusCode: StatusCode.Cancelled or StatusCode.Unavailable or StatusCode.Internal })
        {
            // The server was killed or told to end, or the load was.
        }
    }

    private async Task RateAsync(SentRatings stream, CancellationToken end)
    {
        using var call = server.Ratings.StreamRatings(cancellationToken: end);
        while (!end.IsCancellationRequested)
        {
            var batch = stream.Next(BatchSize);
            await call.RequestStream.WriteAsync(new StreamRatingsRequest { Ratings = { batch } }, end);
            if (!await call.ResponseStream.MoveNext(end))
            {
                return;
            }

            stream.Acknowledge(batch);
        }
    }

    private async Task RepeatAsync(int client, Func<Random, CancellationToken, Task> call, CancellationToken end)
    {
        var random = new Random(seed + client);
        while (!end.IsCancellationRequested)
        {
            await call(random, end);
        }
    }

    private async Task RecommendAsync(Random random, CancellationToken end)
    {
        var request = new RecommendRequest { UserId = streams[random.Next(streams.Count)].AnyUser(random), Explain = random.Next(4) == 0 };
        var list = await server.Recommendations.RecommendAsync(request, cancellationToken: end);
        Assert.All(list.Movies, movie => Assert.True(float.IsFinite(movie.Score)));
        Interlocked.Increment(ref _lists);
    }

    private async Task SearchAsync(Random random, CancellationToken end)
    {
        var query = Queries[random.Next(Queries.Length)];
        await server.Catalogue.SearchMoviesAsync(new SearchMoviesRequest { Query = query }, cancellationToken: end);
        Interlocked.Increment(ref _searches);
    }

    private async Task WatchAsync(int watch, CancellationToken end)
    {
        var user = streams[watch % streams.Count].AnyUser(new Random(seed + watch));
        using var call = server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = user }, cancellationToken: end);
        await foreach (var _ in call.ResponseStream.ReadAllAsync(end))
        {
            Interlocked.Increment(ref _pushes);
        }
    }
}
