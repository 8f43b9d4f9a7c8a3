using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Every field of every rpc with what should not be in it: the status, the field's name, and a server that goes on.</summary>
public sealed class BadInputTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    public static TheoryData<string, long> BadIds => new() { { "zero", 0 }, { "negative", -1 }, { "least", long.MinValue } };

    public static TheoryData<int> BadCounts => [-1, 1001, int.MinValue, int.MaxValue];

    public static TheoryData<float> BadValues =>
        [0f, 0.49f, 5.01f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(BadIds))]
    public async Task Bad_user_id_is_named(string kind, long id)
    {
        Assert.NotEmpty(kind);
        await RefusedAsync("rating.user_id", () => _server.Ratings.RateAsync(new RateRequest { Rating = Good(userId: id) }));
        await RefusedAsync("user_id", () => _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = id }));
        await RefusedAsync("user_id", () => _server.Ratings.DeleteRatingAsync(new DeleteRatingRequest { UserId = id, MovieId = 1 }));
        await RefusedAsync("user_id", () => _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = id }));
        await RefusedAsync("user_id", () => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = id }));
        await RefusedAsync("user_id", () => _server.Recommendations.PredictRatingsAsync(
            new PredictRatingsRequest { UserId = id, MovieIds = { 1 } }));
        await RefusedAsync("user_id", async () =>
        {
            using var call = _server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = id });
            await call.ResponseStream.MoveNext(Cancellation);
        });
    }

    [Theory]
    [MemberData(nameof(BadIds))]
    public async Task Bad_movie_id_is_named(string kind, long id)
    {
        Assert.NotEmpty(kind);
        await RefusedAsync("rating.movie_id", () => _server.Ratings.RateAsync(new RateRequest { Rating = Good(movieId: id) }));
        await RefusedAsync("movie_id", () => _server.Ratings.DeleteRatingAsync(new DeleteRatingRequest { UserId = 1, MovieId = id }));
        await RefusedAsync("movie_id", () => _server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = id }));
        await RefusedAsync("movie_id", () => _server.Recommendations.SimilarMoviesAsync(new SimilarMoviesRequest { MovieId = id }));
        await RefusedAsync("movie_ids[1]", () => _server.Recommendations.PredictRatingsAsync(
            new PredictRatingsRequest { UserId = 1, MovieIds = { 1, id } }));
        await RefusedAsync("ratings[0].movie_id", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Ratings = { Good(movieId: id) } }));
        await RefusedAsync("filter.exclude_movie_ids[0]", () => _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1, Filter = new RecommendationFilter { ExcludeMovieIds = { id } } }));
    }

    [Theory]
    [MemberData(nameof(BadCounts))]
    public async Task Bad_count_is_named(int count)
    {
        await RefusedAsync("count", () => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1, Count = count }));
        await RefusedAsync("count", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Count = count }));
        await RefusedAsync("count", () => _server.Recommendations.SimilarMoviesAsync(
            new SimilarMoviesRequest { MovieId = 1, Count = count }));
        await RefusedAsync("count", () => _server.Recommendations.PopularMoviesAsync(new PopularMoviesRequest { Count = count }));
        await RefusedAsync("count", () => _server.Catalog.SearchMoviesAsync(new SearchMoviesRequest { Query = "a", Count = count }));
        await RefusedAsync("page_size", () => _server.Ratings.ListRatingsAsync(
            new ListRatingsRequest { UserId = 1, PageSize = count }));
        await RefusedAsync("rounds", () => _server.Training.GetTrainingAsync(new GetTrainingRequest { Rounds = count }));
    }

    [Fact]
    public async Task Too_many_genres_and_too_long_ones_are_named()
    {
        string[] many = [.. Enumerable.Range(0, 10_000).Select(number => new string('g', 90) + number)];
        foreach (var (field, filter) in new[]
        {
            ("filter.genres_any", new RecommendationFilter { GenresAny = { many } }),
            ("filter.genres_none", new RecommendationFilter { GenresNone = { many } }),
            ("filter.genres_any[1]", new RecommendationFilter { GenresAny = { "Drama", new string('g', 300) } }),
            ("filter.genres_none[0]", new RecommendationFilter { GenresNone = { new string('g', 300) } }),
        })
        {
            await RefusedAsync(field, () => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1, Filter = filter }));
            await RefusedAsync(field, () => _server.Recommendations.RecommendForRatingsAsync(new RecommendForRatingsRequest { Filter = filter }));
            await RefusedAsync(field, () => _server.Recommendations.SimilarMoviesAsync(new SimilarMoviesRequest { MovieId = 1, Filter = filter }));
            await RefusedAsync(field, () => _server.Recommendations.PopularMoviesAsync(new PopularMoviesRequest { Filter = filter }));
        }
    }

    [Theory]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task Bad_diversity_is_named(float diversity)
    {
        await RefusedAsync("diversity", () => _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1, Diversity = diversity }));
        await RefusedAsync("diversity", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Diversity = diversity }));
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    public async Task Bad_moment_is_named(long seconds, int nanos)
    {
        var asOf = new Timestamp { Seconds = seconds, Nanos = nanos };
        await RefusedAsync("as_of", () => _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1, AsOf = asOf }));
        await RefusedAsync("as_of", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { AsOf = asOf }));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public async Task Bad_number_of_reasons_is_named(int maxReasons)
    {
        await RefusedAsync("max_reasons", () => _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1, Explain = true, MaxReasons = maxReasons }));
        await RefusedAsync("max_reasons", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Explain = true, MaxReasons = maxReasons }));
    }

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task Bad_value_is_named(float value)
    {
        await RefusedAsync("rating.value", () => _server.Ratings.RateAsync(new RateRequest { Rating = Good(value: value) }));
        await RefusedAsync("ratings[0].value", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Ratings = { Good(value: value) } }));
    }

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, int.MaxValue)]
    [InlineData(253402300799, 0)]
    public async Task Bad_rated_at_is_named(long seconds, int nanos)
    {
        var rating = Good();
        rating.RatedAt = new Timestamp { Seconds = seconds, Nanos = nanos };
        await RefusedAsync("rating.rated_at", () => _server.Ratings.RateAsync(new RateRequest { Rating = rating }));
        await RefusedAsync("ratings[0].rated_at", () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Ratings = { rating } }));
    }

    [Fact]
    public async Task Missing_messages_and_texts_are_named()
    {
        await RefusedAsync("rating", () => _server.Ratings.RateAsync(new RateRequest()));
        await RefusedAsync("movie_ids", () => _server.Recommendations.PredictRatingsAsync(new PredictRatingsRequest { UserId = 1 }));
        await RefusedAsync("query", () => _server.Catalog.SearchMoviesAsync(new SearchMoviesRequest { Query = " " }));
        await RefusedAsync("version", () => _server.Training.RollbackModelAsync(new RollbackModelRequest()));
        await RefusedAsync("version", () => _server.Training.RollbackModelAsync(new RollbackModelRequest { Version = -7 }));
    }

    [Theory]
    [InlineData("a ", 100_000)]
    [InlineData("word ", 21)]
    [InlineData("w", 201)]
    public async Task Query_that_is_too_long_is_refused(string piece, int times)
    {
        // Words that are all the same are one.
        var query = string.Concat(Enumerable.Range(0, times).Select(i => piece.Length == 1 ? piece : $"{piece.Trim()}{i} "));
        await RefusedAsync("query", () => _server.Catalog.SearchMoviesAsync(new SearchMoviesRequest { Query = query }));
        if (times < 1000)
        {
            using var answer = await _server.Http.GetAsync(
                new Uri($"/v1/movies:search?query={Uri.EscapeDataString(query)}", UriKind.Relative), Cancellation);
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("query", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Query_of_twenty_words_is_answered()
    {
        var query = string.Join(' ', Enumerable.Range(0, 20).Select(i => $"word{i}"));
        var answer = await _server.Catalog.SearchMoviesAsync(new SearchMoviesRequest { Query = query }, cancellationToken: Cancellation);
        Assert.Empty(answer.Movies);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    [InlineData("1.5")]
    public async Task Bad_page_token_is_named(string token) => await RefusedAsync(
        "page_token",
        () => _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 1, PageToken = token }));

    [Theory]
    [InlineData(-1, 0, "filter.year_from")]
    [InlineData(0, 3001, "filter.year_to")]
    [InlineData(2001, 2000, "filter.year_from")]
    public async Task Bad_years_are_named(int from, int to, string field)
    {
        var filter = new RecommendationFilter { YearFrom = from, YearTo = to };
        await RefusedAsync(field, () => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1, Filter = filter }));
        await RefusedAsync(field, () => _server.Recommendations.PopularMoviesAsync(new PopularMoviesRequest { Filter = filter }));
        await RefusedAsync(field, () => _server.Recommendations.SimilarMoviesAsync(
            new SimilarMoviesRequest { MovieId = 1, Filter = filter }));
        await RefusedAsync(field, () => _server.Recommendations.RecommendForRatingsAsync(
            new RecommendForRatingsRequest { Filter = filter }));
    }

    [Fact]
    public async Task Bad_ratings_of_a_batch_are_rejected_one_by_one_and_the_rest_is_taken()
    {
        var ahead = Good(userId: 71, movieId: 4);
        ahead.RatedAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddDays(2));
        using var call = _server.Ratings.StreamRatings(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(
            new StreamRatingsRequest
            {
                BatchId = "mixed",
                Ratings =
                {
                    Good(userId: 71, movieId: 1), Good(userId: 0), Good(userId: 71, movieId: -5),
                    Good(userId: 71, movieId: 2, value: float.NaN), Good(userId: 71, movieId: 3), ahead,
                },
            },
            Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        var answer = call.ResponseStream.Current;
        Assert.Equal(("mixed", 2, 0, 0), (answer.BatchId, answer.Accepted, answer.Duplicate, answer.Stale));
        Assert.Equal([1, 2, 3, 5], answer.Rejected.Select(rejected => rejected.Index));
        Assert.Equal(
            ["user_id", "movie_id", "value", "rated_at"],
            answer.Rejected.Select(rejected => rejected.Reason.Split(' ')[0]));

        await call.RequestStream.WriteAsync(
            new StreamRatingsRequest { BatchId = "next", Ratings = { Good(userId: 71, movieId: 9) } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(1, call.ResponseStream.Current.Accepted);
    }

    [Fact]
    public async Task Empty_batch_is_answered_and_an_oversized_one_is_refused()
    {
        using var call = _server.Ratings.StreamRatings(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new StreamRatingsRequest { BatchId = "empty" }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal("empty", call.ResponseStream.Current.BatchId);

        var oversized = new StreamRatingsRequest();
        oversized.Ratings.AddRange(Enumerable.Range(1, 10_001).Select(movieId => Good(movieId: movieId)));
        await call.RequestStream.WriteAsync(oversized, Cancellation);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("MaxRatingsPerBatch", refusal.Status.Detail, StringComparison.Ordinal);
        await StillAnswersAsync();
    }

    [Fact]
    public async Task Visitor_with_too_many_ratings_is_refused()
    {
        var oversized = new RecommendForRatingsRequest();
        oversized.Ratings.AddRange(Enumerable.Range(1, 2001).Select(movieId => Good(movieId: movieId)));
        var refusal = await Assert.ThrowsAsync<RpcException>(() => _server.Recommendations.RecommendForRatingsAsync(oversized, cancellationToken: Cancellation).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("MaxVisitorRatings", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_over_the_limit_is_refused()
    {
        var large = new PredictRatingsRequest { UserId = 1 };
        large.MovieIds.AddRange(Enumerable.Repeat(long.MaxValue, 1_000_000));
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await _server.Recommendations.PredictRatingsAsync(large, cancellationToken: Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        await StillAnswersAsync();
    }

    [Fact]
    public async Task Bad_movies_are_rejected_one_by_one_and_the_rest_is_taken()
    {
        using var call = _server.Catalog.UpsertMovies(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(
            new UpsertMoviesRequest
            {
                Movies =
                {
                    new Movie { MovieId = 900, Title = "Good", Year = 1999, Genres = { "Drama" } },
                    new Movie { Title = "No id" },
                    new Movie { MovieId = 901, Title = new string('x', 1001) },
                    new Movie { MovieId = 902, Year = -1 },
                    new Movie { MovieId = 903, Genres = { "" } },
                    new Movie { MovieId = 904, Title = "<b>&\u0000\ud83c\udfac" },
                },
            },
            Cancellation);
        await call.RequestStream.CompleteAsync();
        var answer = await call;
        Assert.Equal(2, answer.Upserted);
        Assert.Equal([1, 2, 3, 4], answer.Rejected.Select(rejected => rejected.Index));
        Assert.Equal(
            ["movie_id", "title", "year", "genres"], answer.Rejected.Select(rejected => rejected.Reason.Split(' ')[0]));
        var movie = await _server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = 904 }, cancellationToken: Cancellation);
        Assert.Equal("<b>&\u0000\ud83c\udfac", movie.Movie.Title);
    }

    [Fact]
    public async Task Unknown_movie_and_model_are_not_found()
    {
        await RefusedAsync(StatusCode.NotFound, "987654321", () => _server.Catalog.GetMovieAsync(
            new GetMovieRequest { MovieId = 987654321 }));
        await RefusedAsync(StatusCode.NotFound, "987654321", () => _server.Recommendations.SimilarMoviesAsync(
            new SimilarMoviesRequest { MovieId = 987654321 }));
        await RefusedAsync(StatusCode.NotFound, "987654321", () => _server.Training.RollbackModelAsync(
            new RollbackModelRequest { Version = 987654321 }));
        await RefusedAsync(StatusCode.NotFound, "987654321", () => _server.Ratings.DeleteRatingAsync(
            new DeleteRatingRequest { UserId = 1, MovieId = 987654321 }));
        await RefusedAsync(StatusCode.FailedPrecondition, "round", () => _server.Training.CancelTrainingAsync(
            new CancelTrainingRequest()));
    }

    [Theory]
    [InlineData("""{"userId":"1","movieId":"1","value":9}""", 400)]
    [InlineData("""{"userId":"x","movieId":"1","value":3}""", 400)]
    [InlineData("""{"userId":"1","movieId":"1","value":"NaN"}""", 400)]
    [InlineData("""{"userId":"1","movieId":"1","value":3,"ratedAt":"yesterday"}""", 400)]
    [InlineData("""{"userId":"1",""", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("", 400)]
    public async Task Bad_json_is_a_bad_request(string body, int status)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _server.Http.PostAsync(new Uri("/v1/ratings", UriKind.Relative), content, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
        await StillAnswersAsync();
    }

    private static Rating Good(long userId = 1, long movieId = 1, float value = 3) =>
        new() { UserId = userId, MovieId = movieId, Value = value };

    private Task RefusedAsync<T>(string field, Func<AsyncUnaryCall<T>> call) =>
        RefusedAsync(StatusCode.InvalidArgument, field, async () => await call());

    private Task RefusedAsync(string field, Func<Task> call) => RefusedAsync(StatusCode.InvalidArgument, field, call);

    private Task RefusedAsync<T>(StatusCode status, string word, Func<AsyncUnaryCall<T>> call) =>
        RefusedAsync(status, word, async () => await call());

    private async Task RefusedAsync(StatusCode status, string word, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(status, refusal.StatusCode);
        Assert.Contains(word, refusal.Status.Detail, StringComparison.Ordinal);
        await StillAnswersAsync();
    }

    private async Task StillAnswersAsync() =>
        await _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 424242 }, cancellationToken: Cancellation);
}
