using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>A user's ratings, page by page in either order, or those of some movies.</summary>
public sealed class ListRatingsTests : IAsyncLifetime
{
    private const int Count = 257;

    private readonly Rating[] _ratings = Make();
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await _server.Ratings.RateBatchAsync(new RateBatchRequest { Ratings = { _ratings } }, cancellationToken: Cancellation);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(RatingOrder.ByMovie, 1)]
    [InlineData(RatingOrder.ByMovie, 50)]
    [InlineData(RatingOrder.NewestFirst, 1)]
    [InlineData(RatingOrder.NewestFirst, 50)]
    [InlineData(RatingOrder.NewestFirst, Count)]
    [InlineData(RatingOrder.NewestFirst, 1000)]
    public async Task Pages_hold_every_rating_once_in_order(RatingOrder order, int pageSize)
    {
        var listed = new List<Rating>();
        var request = new ListRatingsRequest { UserId = 1, PageSize = pageSize, Order = order };
        do
        {
            var page = await ListAsync(request);
            Assert.Equal(Count, page.TotalRatings);
            Assert.Empty(page.Movies);
            listed.AddRange(page.Ratings);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(
            order == RatingOrder.ByMovie
                ? _ratings.OrderBy(rating => rating.MovieId)
                : _ratings.OrderByDescending(rating => rating.RatedAt.ToDateTime()).ThenBy(rating => rating.MovieId),
            listed);
    }

    [Fact]
    public async Task Rating_that_comes_between_two_pages_moves_none_of_the_second()
    {
        var request = new ListRatingsRequest { UserId = 1, PageSize = 100, Order = RatingOrder.NewestFirst };
        var before = await ListAsync(new ListRatingsRequest { UserId = 1, PageSize = 1000, Order = RatingOrder.NewestFirst });
        request.PageToken = (await ListAsync(request)).NextPageToken;
        await _server.Ratings.RateAsync(new RateRequest { Rating = new Rating { UserId = 1, MovieId = 999_999, Value = 5 } }, cancellationToken: Cancellation);

        Assert.Equal(before.Ratings.Skip(100).Take(100), (await ListAsync(request)).Ratings);
    }

    [Fact]
    public async Task Ratings_of_some_movies_are_those_that_there_are_with_what_the_catalogue_knows()
    {
        var (rated, unknown) = (_ratings[17], _ratings[44]);
        await _server.Catalog.UpsertMovieBatchAsync(
            new UpsertMoviesRequest { Movies = { new Movie { MovieId = rated.MovieId, Title = "Heat", Year = 1995, Genres = { "Crime" } } } }, cancellationToken: Cancellation);

        var page = await ListAsync(new ListRatingsRequest { UserId = 1, MovieIds = { rated.MovieId, 888_888, unknown.MovieId, rated.MovieId }, WithMovies = true });

        Assert.Equal(new[] { rated, unknown }.OrderBy(rating => rating.MovieId), page.Ratings);
        Assert.Equal(page.Ratings.Select(rating => rating.MovieId), page.Movies.Select(movie => movie.MovieId));
        Assert.Equal("Heat", page.Movies.Single(movie => movie.MovieId == rated.MovieId).Title);
        Assert.Equal("", page.Movies.Single(movie => movie.MovieId == unknown.MovieId).Title);
        Assert.Equal((Count, ""), (page.TotalRatings, page.NextPageToken));
    }

    [Theory]
    [InlineData("page_token", "x")]
    [InlineData("page_token", "12")]
    [InlineData("page_token", "1/2/3")]
    [InlineData("page_token", "1/-2")]
    [InlineData("page_token", "99999999999999999999/2")]
    public async Task Token_that_the_order_did_not_give_is_refused(string field, string token)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(
            () => ListAsync(new ListRatingsRequest { UserId = 1, Order = RatingOrder.NewestFirst, PageToken = token }));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith(field, refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_bad_input_names_its_field()
    {
        await RefusedAsync("order", new ListRatingsRequest { UserId = 1, Order = (RatingOrder)7 });
        await RefusedAsync("movie_ids[1]", new ListRatingsRequest { UserId = 1, MovieIds = { 1, 0 } });
        await RefusedAsync("movie_ids", new ListRatingsRequest { UserId = 1, MovieIds = { Enumerable.Repeat(1L, 1001) } });
        await RefusedAsync("page_token", new ListRatingsRequest { UserId = 1, MovieIds = { 1 }, PageToken = "1" });
    }

    [Fact]
    public async Task The_same_comes_over_JSON()
    {
        var json = await _server.Http.GetStringAsync(
            new Uri("v1/users/1/ratings?order=NEWEST_FIRST&page_size=1&with_movies=true", UriKind.Relative), Cancellation);
        Assert.Contains("\"totalRatings\":\"257\"", json.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        json = await _server.Http.GetStringAsync(new Uri($"v1/users/1/ratings?movie_ids={_ratings[0].MovieId}&movie_ids={_ratings[1].MovieId}", UriKind.Relative), Cancellation);
        Assert.Equal(2, json.Split("\"movieId\"").Length - 1);
    }

    // Several at one time, and not in the order of their movies.
    private static Rating[] Make() =>
    [
        .. Enumerable.Range(0, Count).Select(i => new Rating
        {
            UserId = 1, MovieId = 1 + (i * 7919L % 10_007), Value = 0.5f + (i % 10 / 2f), RatedAt = new Timestamp { Seconds = 1_600_000_000 + (i * 37 % 100), Nanos = i % 3 * 1000 },
        }),
    ];

    private async Task<ListRatingsResponse> ListAsync(ListRatingsRequest request) =>
        await _server.Ratings.ListRatingsAsync(request, cancellationToken: Cancellation);

    private async Task RefusedAsync(string field, ListRatingsRequest request)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => ListAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.StartsWith(field + " ", refused.Status.Detail, StringComparison.Ordinal);
    }
}
