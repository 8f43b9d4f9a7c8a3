using System.Collections.Concurrent;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

public sealed class FreshnessTests(TaughtServerFixture fixture) : IClassFixture<TaughtServerFixture>
{
    private const int Visitors = 8;
    private const int RatingsEach = 1250;

    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task Ten_thousand_of_ten_thousand_requests_know_the_rating_acknowledged_just_before()
    {
        var known = new ConcurrentBag<bool>();
        var moved = new ConcurrentBag<bool>();
        await Parallel.ForEachAsync(
            Enumerable.Range(1, Visitors),
            new ParallelOptions { MaxDegreeOfParallelism = Visitors, CancellationToken = TestContext.Current.CancellationToken },
            async (visitor, cancellationToken) =>
            {
                var before = await RecommendAsync(visitor, cancellationToken);
                for (var i = 0; i < RatingsEach; i++)
                {
                    // The list's last movie, again and again with other stars once everything is rated.
                    var movieId = before.Movies.Count > 0 ? before.Movies[^1].Movie.MovieId : 1 + (i % SyntheticWorld.Movies);
                    await RateAsync(visitor, movieId, i, cancellationToken);
                    var after = await RecommendAsync(visitor, cancellationToken);
                    known.Add(after.Movies.All(movie => movie.Movie.MovieId != movieId));
                    if (before.Source == RecommendationSource.Personalized && after.Movies.Count > 0)
                    {
                        moved.Add(Differs(before, after));
                    }

                    if (after.Movies.Count < 5)
                    {
                        await _server.Ratings.EraseUserAsync(
                            new EraseUserRequest { UserId = 10_000 + visitor }, cancellationToken: cancellationToken);
                        after = await RecommendAsync(visitor, cancellationToken);
                    }

                    before = after;
                }
            });
        Assert.Equal(Visitors * RatingsEach, known.Count(knows => knows));
        Assert.True(moved.Count > Visitors * RatingsEach / 2, $"only {moved.Count} lists were personal");
        Assert.Equal(moved.Count, moved.Count(moves => moves));
    }

    private static bool Differs(RecommendResponse before, RecommendResponse after)
    {
        var scores = before.Movies.ToDictionary(movie => movie.Movie.MovieId, movie => movie.Score);
        return after.Movies.Any(movie => !scores.TryGetValue(movie.Movie.MovieId, out var score) || score != movie.Score);
    }

    private async Task RateAsync(int visitor, long movieId, int i, CancellationToken cancellationToken)
    {
        var rating = new Rating { UserId = 10_000 + visitor, MovieId = movieId, Value = 0.5f * (10 - (i % 10)) };
        await _server.Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: cancellationToken);
    }

    private async Task<RecommendResponse> RecommendAsync(int visitor, CancellationToken cancellationToken) =>
        await _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 10_000 + visitor, Count = SyntheticWorld.Movies },
            cancellationToken: cancellationToken);
}
