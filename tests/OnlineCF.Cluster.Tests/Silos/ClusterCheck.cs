using OnlineCF.Cluster.Tests.Soak;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>What silos and their log say against what clients have sent and were told.</summary>
internal static class ClusterCheck
{
    private const int ListsAtOnce = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A rating that is in the log twice was acknowledged as new twice.
    private const string Twice = """
        SELECT user_id, movie_id, count(*) FROM rating_log WHERE kind = 1
        GROUP BY user_id, movie_id, rated_at_micros, value HAVING count(*) > 1
        """;

    private const string CountsOfLog = """
        SELECT movie_id, count(*) FROM (
            SELECT DISTINCT ON (user_id, movie_id) movie_id, kind FROM rating_log ORDER BY user_id, movie_id, sequence DESC) AS current
        WHERE kind = 1 GROUP BY movie_id
        """;

    /// <summary>Every acknowledged rating is there, once, with the right value, whichever silo is asked; every silo's statistics equal the log.</summary>
    /// <returns>What is not so.</returns>
    public static async Task<IReadOnlyList<string>> FaultsAsync(this SiloCluster cluster, IEnumerable<SentRatings> clients)
    {
        var faults = new List<string>();
        foreach (var client in clients)
        {
            foreach (var users in client.UserIds.Chunk(ListsAtOnce))
            {
                var lists = await Task.WhenAll(users.Select((user, i) => ListAsync(cluster[cluster.Running[i % cluster.Running.Count]], user)));
                faults.AddRange(users.Zip(lists).SelectMany(of => client.FaultsOf(of.First, of.Second)));
            }
        }

        faults.AddRange(await cluster.QueryAsync(
            Twice, row => $"user {row.GetInt64(0)} has the same rating of movie {row.GetInt64(1)} {row.GetInt64(2)} times in the log"));
        var expected = (await cluster.QueryAsync(CountsOfLog, row => (Movie: row.GetInt64(0), Count: row.GetInt64(1))))
            .ToDictionary(of => of.Movie, of => of.Count);
        foreach (var silo in cluster.Running)
        {
            await Poll.UntilAsync(Patience, $"silo {silo}'s statistics equal the log", async () =>
                expected.Count == 0 || AreEqual(expected, await PopularAsync(cluster[silo], expected.Count)));
        }

        return faults;
    }

    // With the retries that every client makes: what is asked is what a silo says, not when.
    private static async Task<List<Rating>> ListAsync(ServerProcess silo, long userId)
    {
        List<Rating> ratings = [];
        await Poll.UntilAnsweredAsync(Patience, $"user {userId}'s ratings are listed", async () => ratings = await silo.ListAsync(userId));
        return ratings;
    }

    private static bool AreEqual(Dictionary<long, long> expected, IReadOnlyCollection<PopularMovie> popular) =>
        popular.Count == Math.Min(expected.Count, 1000)
        && popular.All(movie => movie.RatingCount == expected.GetValueOrDefault(movie.Movie.MovieId));

    private static async Task<IReadOnlyCollection<PopularMovie>> PopularAsync(ServerProcess silo, int count) =>
        (await silo.Recommendations.PopularMoviesAsync(
            new PopularMoviesRequest { Count = Math.Min(1000, count) }, cancellationToken: TestContext.Current.CancellationToken)).Movies;
}
