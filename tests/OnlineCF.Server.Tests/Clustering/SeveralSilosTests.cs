using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Server.Tests.Clustering;

/// <summary>Servers on one PostgreSQL.</summary>
public sealed class SeveralSilosTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_silo_takes_every_silo_knows_and_it_stays_when_one_goes()
    {
        var connectionString = postgres.CreateDatabase();
        await using var first = await StartAsync(connectionString);
        await using (var second = await StartAsync(connectionString))
        {
            TestServer[] servers = [first, second];
            for (var user = 1; user <= 40; user++)
            {
                var taken = await servers[user % 2].Ratings.RateAsync(
                    new RateRequest { Rating = new Rating { UserId = user, MovieId = user, Value = 4 } }, cancellationToken: Token);
                Assert.Equal(RatingResult.Accepted, taken.Result);
                Assert.Equal([user], await MoviesOfAsync(servers[(user + 1) % 2], user));
            }
        }

        for (var user = 1; user <= 40; user++)
        {
            Assert.Equal([user], await MoviesOfAsync(first, user));
        }
    }

    [Fact]
    public async Task Store_that_is_away_is_unavailable_and_found_again()
    {
        using var own = new PostgresServer();
        await using var server = await StartAsync(own.CreateDatabase(), "--Cluster:Mode=local");
        var rate = new RateRequest { Rating = new Rating { UserId = 1, MovieId = 1, Value = 4 } };
        await server.Ratings.RateAsync(rate, cancellationToken: Token);

        own.Stop();
        rate.Rating.MovieId = 2;
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await server.Ratings.RateAsync(rate, cancellationToken: Token));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        own.StartAgain();

        await server.Ratings.RateAsync(rate, cancellationToken: Token);
        Assert.Equal([1L, 2], (await MoviesOfAsync(server, 1)).Order());
    }

    private static Task<TestServer> StartAsync(string connectionString, params string[] settings) => TestServer.StartAsync(
        null,
        [
            "--Cluster:Mode=postgres", "--Cluster:Address=127.0.0.1", "--Cluster:SiloPort=0", "--Storage:Provider=postgres",
            $"--Storage:ConnectionString={connectionString}", "--Training:Automatic=false", .. settings,
        ]);

    private static async Task<IEnumerable<long>> MoviesOfAsync(TestServer server, long userId) => (await server.Ratings.ListRatingsAsync(
        new ListRatingsRequest { UserId = userId }, cancellationToken: Token)).Ratings.Select(rating => rating.MovieId);
}
