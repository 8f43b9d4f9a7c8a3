using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Movies that came after the last round, in a server that trains no more.</summary>
public sealed class NewMovieTests(TaughtServerFixture fixture) : IClassFixture<TaughtServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Movie_is_recommended_to_its_crowd_from_the_fifth_rating_on_with_no_round_in_between()
    {
        const long Visitor = 42;
        const long MovieId = 7002;
        var version = await ServingAsync();
        foreach (var userId in new[] { 2L, 4, 6, 8 })
        {
            await RateAsync(userId, MovieId, 5);
        }

        await WaitForCountAsync(MovieId, 4);
        Assert.DoesNotContain(await ListAsync(Visitor), movie => movie.Movie.MovieId == MovieId);

        await RateAsync(10, MovieId, 5);

        // Five ratings say less than forty: it comes after its crowd's old movies, and before all of the other crowd's.
        var list = await WaitForListAsync(Visitor, MovieId);
        var place = list.Select(movie => movie.Movie.MovieId).ToList().IndexOf(MovieId);
        Assert.All(list.Take(place), movie => Assert.True(SyntheticWorld.Match(Visitor, movie.Movie.MovieId)));
        Assert.Equal(version, await ServingAsync());
    }

    [Fact]
    public async Task Movie_that_only_users_unknown_to_the_model_rated_is_recommended_to_their_crowd_only()
    {
        const long MovieId = 7003;
        var version = await ServingAsync();
        for (var newcomer = 0; newcomer < 5; newcomer++)
        {
            await JoinOddCrowdAsync(20_001 + newcomer, newcomer);
            await RateAsync(20_001 + newcomer, MovieId, 5);
        }

        await WaitForListAsync(43, MovieId);
        var (own, other) = (await ScoreAsync(43, MovieId), await ScoreAsync(44, MovieId));
        Assert.True(own > 2 * Math.Abs(other), $"{own} to its crowd, {other} to the other");
        Assert.Equal(version, await ServingAsync());
    }

    // Eight of the thirty odd movies loved and four even ones hated, others for each.
    private async Task JoinOddCrowdAsync(long userId, int shift)
    {
        for (var i = 0; i < 8; i++)
        {
            await RateAsync(userId, 1 + (2 * (((shift * 5) + (i * 3)) % 30)), 5);
            await RateAsync(userId, 2 + (2 * (((shift * 7) + (i % 4)) % 30)), 1);
        }
    }

    private async Task<float> ScoreAsync(long userId, long movieId) =>
        (await ListAsync(userId)).Single(movie => movie.Movie.MovieId == movieId).Score;

    private async Task<long> ServingAsync() => (await _server.Training.GetTrainingAsync(
        new GetTrainingRequest(), cancellationToken: Cancellation)).ModelVersion;

    // The stream takes the rating to its movie; every list asked for is an answer, so nothing is waited for blindly.
    private async Task<IReadOnlyList<RecommendedMovie>> WaitForListAsync(long userId, long movieId)
    {
        using var watch = _server.Recommendations.WatchRecommendations(
            new RecommendRequest { UserId = userId, Count = 100 }, cancellationToken: Cancellation);
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            if (watch.ResponseStream.Current.Movies.Any(movie => movie.Movie.MovieId == movieId))
            {
                return watch.ResponseStream.Current.Movies;
            }
        }

        throw new InvalidOperationException("The watch ended.");
    }

    private async Task WaitForCountAsync(long movieId, int count)
    {
        var popularity = _server.Server.Services.GetRequiredService<PopularityReplica>();
        for (var changed = popularity.Changed; popularity.Table.Of(movieId).Count != count; changed = popularity.Changed)
        {
            await changed.WaitAsync(Cancellation);
        }
    }

    private async Task<IReadOnlyList<RecommendedMovie>> ListAsync(long userId) =>
        (await _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = userId, Count = 100 }, cancellationToken: Cancellation)).Movies;

    private async Task RateAsync(long userId, long movieId, float value) => await _server.Ratings.RateAsync(
        new RateRequest { Rating = new Rating { UserId = userId, MovieId = movieId, Value = value } },
        cancellationToken: Cancellation);
}
