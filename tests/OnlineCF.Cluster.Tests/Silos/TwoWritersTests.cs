using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>
/// Two clusters by mistake on one database, neither of which trains: every user is in memory twice, which one cluster
/// allows for moments only.
/// </summary>
[Collection(SilosCollection.Name)]
public sealed class TwoWritersTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Users = 20;
    private const int Movies = 25;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_activations_of_a_user_lose_nothing_and_the_later_rated_at_wins()
    {
        await using var cluster = new SiloCluster(postgres.CreateDatabase(), 2, "--Silo:Roles=serve");
        await Task.WhenAll(cluster.StartAsync(0, "--Cluster:Id=a"), cluster.StartAsync(1, "--Cluster:Id=b"));
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var writes = SilosCollection.Count(600, 20_000);
        var written = await Task.WhenAll(Enumerable.Range(0, 4).Select(
            client => WriteAsync(cluster[client % 2], writes / 4, new Random(seed + client))));
        var acknowledged = written.SelectMany(client => client.Ratings).ToArray();
        output.WriteLine($"{acknowledged.Length} ratings acknowledged, {written.Sum(client => client.Refused)} times a writer was told to try again");

        // A rating more brings each of both to what the other wrote.
        for (var user = 1; user <= Users; user++)
        {
            foreach (var silo in cluster.Running)
            {
                var last = new Rating { UserId = user, MovieId = 1_000 + silo, Value = 3, RatedAt = new() { Seconds = 1 } };
                await RateAsync(cluster[silo], last);
            }

            var expected = acknowledged.Where(rating => rating.UserId == user)
                .GroupBy(rating => rating.MovieId).Select(movie => movie.MaxBy(rating => rating.RatedAt.Seconds)!).ToHashSet();
            var kept = (await cluster[1].ListAsync(user)).Where(rating => rating.MovieId <= Movies).ToHashSet();
            Assert.True(expected.SetEquals(kept), $"user {user}: {string.Join(", ", expected.Except(kept))} lost, {string.Join(", ", kept.Except(expected))} kept");
        }
    }

    [Fact]
    public async Task Cluster_without_a_silo_that_trains_serves_and_says_that_rounds_wait()
    {
        await using var cluster = new SiloCluster(postgres.CreateDatabase(), 1, "--Silo:Roles=serve");
        await cluster.StartAllAsync();
        Assert.Equal(500, await cluster[0].StreamAsync(World.Ratings(500)));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await cluster[0].Training.StartTrainingAsync(new StartTrainingRequest(), cancellationToken: Token));
        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Contains("role train", refusal.Status.Detail, StringComparison.Ordinal);

        var status = await cluster[0].Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Token);
        Assert.Equal(500, status.PendingRatings);
        Assert.Equal("", status.Device);
        await Poll.UntilAsync(TimeSpan.FromSeconds(5), "what is popular is known", async () =>
            (await cluster[0].Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, cancellationToken: Token)).Movies.Count > 0);
    }

    private static async Task<(List<Rating> Ratings, int Refused)> WriteAsync(ServerProcess silo, int writes, Random random)
    {
        var ratings = new List<Rating>();
        var refused = 0;
        for (var write = 0; write < writes; write++)
        {
            // Times of its own for each, in no order; ties would leave the order of arrival to decide.
            var rating = new Rating
            {
                UserId = random.Next(1, Users + 1),
                MovieId = random.Next(1, Movies + 1),
                Value = random.Next(1, 11) / 2f,
                RatedAt = new() { Seconds = 1_000_000_000 + random.Next(500_000_000) },
            };
            refused += await RateAsync(silo, rating);
            ratings.Add(rating);
        }

        return (ratings, refused);
    }

    /// <returns>How often it had to be sent again.</returns>
    private static async Task<int> RateAsync(ServerProcess silo, Rating rating)
    {
        var refused = -1;
        await Poll.UntilAnsweredAsync(TimeSpan.FromSeconds(30), "a rating is taken", async () =>
        {
            refused++;
            await silo.Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Token);
        });
        return refused;
    }
}
