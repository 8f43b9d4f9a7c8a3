using System.Diagnostics;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Silos;

[Collection(SilosCollection.Name)]
public sealed class ReadYourWritesTests(ThreeSilos silos, ITestOutputHelper output)
{
    private const int Movies = 60;
    private const long FirstMovie = 700_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_silo_acknowledged_every_other_knows_at_the_next_request()
    {
        var cluster = await silos.ReadyAsync();
        var writes = SilosCollection.Count(500, 10_000);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {writes} ratings");
        await RateAllAsync(cluster);
        var started = Stopwatch.GetTimestamp();
        var missed = await Task.WhenAll(Enumerable.Range(0, 4).Select(client => WriteAsync(cluster, client, writes / 4, new Random(seed + client))));
        output.WriteLine($"{writes / Stopwatch.GetElapsedTime(started).TotalSeconds:F0} times a rating, a list and a look a second; {missed.Sum()} missed");

        Assert.Equal(0, missed.Sum());
    }

    // Every movie is popular: who has not rated it is recommended it.
    private static async Task RateAllAsync(SiloCluster cluster)
    {
        for (var user = 1; user <= 3; user++)
        {
            var batch = Enumerable.Range(1, Movies).Select(movie => RatingOf(5_000_000 + user, movie, 4));
            await cluster[user % cluster.Count].StreamAsync(batch);
        }

        foreach (var silo in cluster.Running)
        {
            // Asked of the silo itself: a list is made where its user lives.
            await Poll.UntilAsync(TimeSpan.FromSeconds(30), "all movies are popular", async () =>
                (await PopularAsync(cluster, silo)).Count == Movies);
        }
    }

    private static async Task<int> WriteAsync(SiloCluster cluster, int client, int writes, Random random)
    {
        var missed = 0;
        for (var write = 0; write < writes; write++)
        {
            // A user of forty ratings, each at another silo than the one that is asked next.
            var rating = RatingOf(5_100_000 + (client * 100_000) + (write / 40), 1 + (write % 40), random.Next(1, 11) / 2f);
            var at = random.Next(cluster.Count);
            await cluster[at].Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Token);

            var next = (at + 1 + random.Next(cluster.Count - 1)) % cluster.Count;
            if (write % 2 == 0)
            {
                var recommended = await ListAsync(cluster, next, rating.UserId);
                missed += recommended.Contains(rating.MovieId - FirstMovie) || recommended.Count != Movies - 1 - (write % 40) ? 1 : 0;
            }
            else
            {
                missed += (await cluster[next].ListAsync(rating.UserId)).Contains(rating) ? 0 : 1;
            }
        }

        return missed;
    }

    private static async Task<HashSet<long>> ListAsync(SiloCluster cluster, int silo, long userId)
    {
        var list = await cluster[silo].Recommendations.RecommendAsync(
            new RecommendRequest { UserId = userId, Count = 1000 }, cancellationToken: Token);
        return OwnOf(list.Movies.Select(movie => movie.Movie.MovieId));
    }

    private static async Task<HashSet<long>> PopularAsync(SiloCluster cluster, int silo)
    {
        var popular = await cluster[silo].Recommendations.PopularMoviesAsync(
            new PopularMoviesRequest { Count = 1000 }, cancellationToken: Token);
        return OwnOf(popular.Movies.Select(movie => movie.Movie.MovieId));
    }

    private static HashSet<long> OwnOf(IEnumerable<long> movies) =>
        [.. movies.Where(movie => movie is > FirstMovie and <= FirstMovie + Movies).Select(movie => movie - FirstMovie)];

    private static Rating RatingOf(long userId, long movie, float value) =>
        new() { UserId = userId, MovieId = FirstMovie + movie, Value = value, RatedAt = new() { Seconds = 1_700_000_000 } };
}
