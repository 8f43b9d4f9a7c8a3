using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

public sealed class ShelvesTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>, IAsyncLifetime
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _server.TeachAsync(Cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_user_has_shelves_of_several_kinds_and_no_movie_is_on_two_or_rated()
    {
        var rated = await RateAsync(8_001, [2, 4, 6, 8, 10], 5);
        rated.UnionWith(await RateAsync(8_001, [1, 3, 5], 1));

        var answer = await ShelvesAsync(new RecommendShelvesRequest { UserId = 8_001, MoviesPerShelf = 4, Shelves = 20 });

        Assert.Equal(RecommendationSource.Personalized, answer.Source);
        Assert.True(answer.ModelVersion > 0);
        Assert.Equal(ShelfKind.TopPicks, answer.Shelves[0].Kind);
        Assert.Superset(
            new HashSet<ShelfKind> { ShelfKind.TopPicks, ShelfKind.BecauseYouLiked, ShelfKind.Trending, ShelfKind.Genre },
            answer.Shelves.Select(shelf => shelf.Kind).ToHashSet());
        long[] movies = [.. answer.Shelves.SelectMany(shelf => shelf.Movies).Select(movie => movie.Movie.MovieId)];
        Assert.Equal(movies.Length, movies.Distinct().Count());
        Assert.DoesNotContain(movies, rated.Contains);
        Assert.All(answer.Shelves, shelf => Assert.InRange(shelf.Movies.Count, 3, 4));
        Assert.All(answer.Shelves, shelf => Assert.NotEmpty(shelf.Title));

        var because = answer.Shelves.First(shelf => shelf.Kind == ShelfKind.BecauseYouLiked);
        Assert.Contains(because.Movie.MovieId, new long[] { 2, 4, 6, 8, 10 });
        Assert.Equal($"Because you liked {because.Movie.Title}", because.Title);
        var genre = answer.Shelves.Single(shelf => shelf.Kind == ShelfKind.Genre);
        Assert.Equal("Even", genre.Genre);
        Assert.All(genre.Movies, movie => Assert.Contains("Even", movie.Movie.Genres));
    }

    [Fact]
    public async Task First_shelf_is_the_head_of_the_list()
    {
        var shelves = await ShelvesAsync(new RecommendShelvesRequest { UserId = 1, MoviesPerShelf = 5, Shelves = 1 });
        var list = await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1, Count = 5 }, cancellationToken: Cancellation);

        Assert.Equal(
            list.Movies.Select(movie => movie.Movie.MovieId), Assert.Single(shelves.Shelves).Movies.Select(movie => movie.Movie.MovieId));
    }

    [Fact]
    public async Task Who_has_rated_nothing_gets_what_is_popular_and_trending_and_new()
    {
        var answer = await ShelvesAsync(new RecommendShelvesRequest { UserId = 8_900, MoviesPerShelf = 3 });

        Assert.Equal(RecommendationSource.Popular, answer.Source);
        Assert.Equal(("Popular now", ShelfKind.TopPicks), (answer.Shelves[0].Title, answer.Shelves[0].Kind));
        Assert.DoesNotContain(answer.Shelves, shelf => shelf.Kind is ShelfKind.BecauseYouLiked or ShelfKind.Genre or ShelfKind.HiddenGems);
    }

    [Fact]
    public async Task A_visitor_with_a_user_s_ratings_has_the_user_s_shelves()
    {
        await RateAsync(8_002, [2, 4, 6, 8], 5);
        var ratings = (await _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 8_002 }, cancellationToken: Cancellation)).Ratings;
        var own = await ShelvesAsync(new RecommendShelvesRequest { UserId = 8_002, MoviesPerShelf = 4 });
        var visitor = await ShelvesAsync(new RecommendShelvesRequest { Ratings = { ratings }, MoviesPerShelf = 4 });

        Assert.Equal(own.Shelves.Select(shelf => (shelf.Kind, shelf.Title)), visitor.Shelves.Select(shelf => (shelf.Kind, shelf.Title)));
    }

    [Fact]
    public async Task Filter_holds_on_every_shelf()
    {
        var answer = await ShelvesAsync(new RecommendShelvesRequest
        {
            UserId = 1,
            MoviesPerShelf = 5,
            Filter = new RecommendationFilter { GenresAny = { "Odd" }, YearFrom = 1960, ExcludeMovieIds = { 21, 23 } },
        });

        Assert.NotEmpty(answer.Shelves);
        Assert.All(answer.Shelves.SelectMany(shelf => shelf.Movies), movie =>
        {
            Assert.Contains("Odd", movie.Movie.Genres);
            Assert.True(movie.Movie.Year >= 1960);
            Assert.DoesNotContain(movie.Movie.MovieId, new long[] { 21, 23 });
        });
    }

    [Theory]
    [InlineData("user_id", 0, 0, 0, 0)]
    [InlineData("user_id", -1, 0, 0, 0)]
    [InlineData("shelves", 1, 21, 0, 0)]
    [InlineData("shelves", 1, -1, 0, 0)]
    [InlineData("movies_per_shelf", 1, 0, 101, 0)]
    [InlineData("ratings", 1, 0, 0, 5)]
    [InlineData("ratings[0].value", 0, 0, 0, 6)]
    public async Task Bad_field_is_named(string field, long userId, int shelves, int movies, float stars)
    {
        var request = new RecommendShelvesRequest { UserId = userId, Shelves = shelves, MoviesPerShelf = movies };
        if (stars > 0)
        {
            request.Ratings.Add(new Rating { MovieId = 1, Value = stars });
        }

        var refusal = await Assert.ThrowsAsync<RpcException>(() => ShelvesAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.StartsWith(field + " ", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_has_them_too()
    {
        var answer = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/users/1/shelves?shelves=2&movies_per_shelf=3", Cancellation);

        Assert.Equal(2, answer.GetProperty("shelves").GetArrayLength());
        Assert.Equal("TOP_PICKS", answer.GetProperty("shelves")[0].GetProperty("kind").GetString());
        Assert.Equal(3, answer.GetProperty("shelves")[0].GetProperty("movies").GetArrayLength());
    }

    private async Task<RecommendShelvesResponse> ShelvesAsync(RecommendShelvesRequest request) =>
        await _server.Recommendations.RecommendShelvesAsync(request, cancellationToken: Cancellation);

    private async Task<HashSet<long>> RateAsync(long userId, long[] movies, float stars)
    {
        foreach (var movie in movies)
        {
            var rating = new Rating { UserId = userId, MovieId = movie, Value = stars };
            await _server.Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Cancellation);
        }

        return [.. movies];
    }
}
