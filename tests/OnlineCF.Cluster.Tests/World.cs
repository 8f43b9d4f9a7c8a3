using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

/// <summary>Seeded ratings to send and to look for.</summary>
internal static class World
{
    public const int Users = 200;

    /// <summary>Distinct pairs in order of time, with the times of a log that people wrote.</summary>
    public static Rating[] Ratings(int count, int seed = 5)
    {
        var random = new Random(seed);
        var pairs = new HashSet<(long, long)>();
        var ratings = new Rating[count];
        for (var i = 0; i < count; i++)
        {
            long userId, movieId;
            do
            {
                userId = random.Next(1, Users + 1);
                movieId = 1 + (long)(500 * Math.Pow(random.NextDouble(), 2));
            }
            while (!pairs.Add((userId, movieId)));

            ratings[i] = new Rating
            {
                UserId = userId,
                MovieId = movieId,
                Value = random.Next(1, 11) / 2f,
                RatedAt = new Timestamp { Seconds = 1_500_000_000 + (i * 60L) },
            };
        }

        return ratings;
    }

    /// <summary>Streams batches in until all are acknowledged or the server goes away.</summary>
    /// <param name="onAcknowledged">Called with the number of ratings acknowledged so far.</param>
    public static async Task<int> StreamAsync(
        this ServerProcess server, IEnumerable<Rating> ratings, Action<int>? onAcknowledged = null, int batchSize = 100)
    {
        var acknowledged = 0;
        using var call = server.Ratings.StreamRatings(cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            foreach (var batch in ratings.Chunk(batchSize))
            {
                await call.RequestStream.WriteAsync(new StreamRatingsRequest { Ratings = { batch } });
                if (!await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
                {
                    break;
                }

                acknowledged += batch.Length;
                onAcknowledged?.Invoke(acknowledged);
            }
        }
        catch (Exception exception) when (exception is RpcException or InvalidOperationException or IOException)
        {
            // The server was killed: what counts is what it had acknowledged.
        }

        return acknowledged;
    }

    /// <summary>Every current rating of every user, page by page.</summary>
    public static async Task<HashSet<Rating>> ListAllAsync(this ServerProcess server)
    {
        var all = new HashSet<Rating>();
        for (var userId = 1L; userId <= Users; userId++)
        {
            all.UnionWith(await server.ListAsync(userId));
        }

        return all;
    }

    /// <summary>Every current rating of a user, page by page.</summary>
    public static async Task<List<Rating>> ListAsync(this ServerProcess server, long userId)
    {
        var all = new List<Rating>();
        var request = new ListRatingsRequest { UserId = userId, PageSize = 500 };
        do
        {
            var page = await server.Ratings.ListRatingsAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            all.AddRange(page.Ratings);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return all;
    }
}
