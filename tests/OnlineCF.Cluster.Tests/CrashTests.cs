using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests;

public sealed class CrashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-crash-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_acknowledged_rating_survives_kill_9_and_sending_all_again_completes_the_set()
    {
        var ratings = World.Ratings(20_000);
        var acknowledged = 0;
        await using (var server = await ServerProcess.StartAsync(_folder))
        {
            Task? killed = null;
            acknowledged = await server.StreamAsync(ratings, count =>
            {
                if (count == 9_000)
                {
                    killed = server.KillAsync();
                }
            });
            Assert.NotNull(killed);
            await killed;
        }

        Assert.InRange(acknowledged, 9_000, ratings.Length - 1);
        await using var restarted = await ServerProcess.StartAsync(_folder);
        var kept = await restarted.ListAllAsync();
        Assert.Empty(ratings.Take(acknowledged).Except(kept));
        Assert.Empty(kept.Except(ratings));

        Assert.Equal(ratings.Length, await restarted.StreamAsync(ratings));
        Assert.True(ratings.ToHashSet().SetEquals(await restarted.ListAllAsync()));
    }

    [Fact]
    public async Task Statistics_and_trends_are_exact_after_a_kill_between_append_and_delivery()
    {
        var ratings = World.Ratings(5_000);
        foreach (var part in ratings.Chunk(1_700))
        {
            await using var server = await ServerProcess.StartAsync(_folder, "--Training:Automatic=false");
            Assert.Equal(part.Length, await server.StreamAsync(part));
            await server.KillAsync();
        }

        await using var restarted = await ServerProcess.StartAsync(_folder, "--Training:Automatic=false");
        var popular = await PopularAsync(restarted, ratings.Length, trending: false);
        var expected = ratings.GroupBy(rating => rating.MovieId).ToDictionary(
            movie => movie.Key, movie => (Count: (long)movie.Count(), Mean: movie.Average(rating => rating.Value)));
        Assert.Equal(expected.Count, popular.Count);
        Assert.All(popular, movie =>
        {
            Assert.Equal(expected[movie.Movie.MovieId].Count, movie.RatingCount);
            Assert.Equal(expected[movie.Movie.MovieId].Mean, movie.MeanRating, 1e-5);
        });

        var trending = await PopularAsync(restarted, ratings.Length, trending: true);
        Assert.Equal(TrendOrder(ratings).Take(20), trending.Select(movie => movie.Movie.MovieId).Take(20));
    }

    // The stream delivers in its own time: ask until it has, for as long as the test may run.
    private static async Task<IReadOnlyList<PopularMovie>> PopularAsync(ServerProcess server, long ratings, bool trending)
    {
        while (true)
        {
            var answer = await server.Recommendations.PopularMoviesAsync(
                new PopularMoviesRequest { Count = 1000, Trending = trending },
                cancellationToken: TestContext.Current.CancellationToken);
            if (answer.Movies.Sum(movie => movie.RatingCount) >= ratings)
            {
                return answer.Movies;
            }
        }
    }

    private static IEnumerable<long> TrendOrder(IReadOnlyCollection<Rating> ratings)
    {
        const double Week = 7 * 24 * 3600;
        var latest = ratings.Max(rating => rating.RatedAt.Seconds);
        return ratings
            .Where(rating => rating.Value >= 4)
            .GroupBy(rating => rating.MovieId)
            .OrderByDescending(movie => movie.Sum(rating => Math.Pow(2, (rating.RatedAt.Seconds - latest) / Week)))
            .Select(movie => movie.Key);
    }
}
