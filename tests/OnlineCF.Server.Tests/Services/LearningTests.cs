using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>A server that has learnt a world with a known answer.</summary>
public sealed class TaughtServerFixture : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(
            null, "--Training:Automatic=false", "--Training:EmbeddingDim=16", "--Training:BatchSize=64",
            "--Training:LearningRate=0.005");
        await Server.TeachAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

public sealed class LearningTests(TaughtServerFixture fixture) : IClassFixture<TaughtServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_round_was_promoted_and_its_model_serves()
    {
        var models = await _server.Training.ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancellation);
        var model = Assert.Single(models.Models, model => model.Serving);
        Assert.Equal(RoundOutcome.Promoted, model.Round.Outcome);
        Assert.True(model.Round.Candidate.ValidationRmse < model.Round.BiasRmse);
        Assert.Equal(64, model.Checksum.Length);
    }

    [Fact]
    public async Task List_holds_unrated_movies_of_the_user_s_crowd_with_titles()
    {
        var list = await RecommendAsync(new RecommendRequest { UserId = 4, Count = 5 });
        var rated = await RatedAsync(4);
        Assert.Equal(RecommendationSource.Personalized, list.Source);
        Assert.All(list.Movies, movie =>
        {
            Assert.True(SyntheticWorld.Match(4, movie.Movie.MovieId));
            Assert.DoesNotContain(movie.Movie.MovieId, rated);
            Assert.StartsWith("Even Story", movie.Movie.Title, StringComparison.Ordinal);
            Assert.InRange(movie.PredictedRating, 3.5f, 5f);
        });
        Assert.Equal(list.Movies.OrderByDescending(movie => movie.Score), list.Movies);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    public async Task Reasons_are_the_largest_shares_of_rated_movies_and_with_the_rest_make_the_score(int maxReasons, int atMost)
    {
        var liked = (await ListAsync(6)).Where(rating => rating.Value >= 4).Select(rating => rating.MovieId).ToHashSet();
        var list = await RecommendAsync(new RecommendRequest { UserId = 6, Explain = true, MaxReasons = maxReasons });
        Assert.NotEmpty(list.Movies);
        Assert.All(list.Movies, movie =>
        {
            // A dislike is never a reason.
            Assert.Equal(Math.Min(atMost, liked.Count), movie.Reasons.Count);
            Assert.All(movie.Reasons, reason => Assert.Contains(reason.MovieId, liked));
            Assert.Equal(movie.Reasons.Select(reason => reason.Weight).OrderDescending(), movie.Reasons.Select(reason => reason.Weight));
            Assert.Equal(movie.Score, movie.Reasons.Sum(reason => reason.Weight) + movie.OtherWeight, 1e-4);
        });
    }

    [Fact]
    public async Task Next_request_knows_the_last_rating_every_time()
    {
        for (var round = 0; round < 200; round++)
        {
            var userId = 5000 + (round % 10);
            var before = await RecommendAsync(new RecommendRequest { UserId = userId, Count = 60 });
            var movieId = before.Movies[round % before.Movies.Count].Movie.MovieId;
            await RateAsync(userId, movieId, round % 2 == 0 ? 5 : 4.5f);
            var after = await RecommendAsync(new RecommendRequest { UserId = userId, Count = 60 });
            Assert.DoesNotContain(after.Movies, movie => movie.Movie.MovieId == movieId);
            if (before.Source == RecommendationSource.Personalized && after.Movies.Count > 0)
            {
                var scores = before.Movies.ToDictionary(movie => movie.Movie.MovieId, movie => movie.Score);
                Assert.Contains(after.Movies, movie => scores[movie.Movie.MovieId] != movie.Score);
            }

            if (after.Movies.Count < 5)
            {
                await _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = userId }, cancellationToken: Cancellation);
            }
        }
    }

    [Fact]
    public async Task User_nobody_has_seen_gets_what_is_popular()
    {
        var list = await RecommendAsync(new RecommendRequest { UserId = 777_777, Count = 7 });
        Assert.Equal(RecommendationSource.Popular, list.Source);
        Assert.Equal(7, list.Movies.Count);
        Assert.Equal(list.Movies.OrderByDescending(movie => movie.Score), list.Movies);
    }

    [Fact]
    public async Task Filters_hold()
    {
        var list = await RecommendAsync(new RecommendRequest
        {
            UserId = 4,
            Count = 60,
            IncludeRated = true,
            Filter = new RecommendationFilter
            {
                GenresAny = { "even" },
                GenresNone = { "Third" },
                YearFrom = 1960,
                YearTo = 2000,
                ExcludeMovieIds = { 20 },
            },
        });
        long[] expected = [.. Enumerable.Range(10, 41).Where(id => id % 2 == 0 && id % 3 != 0 && id != 20).Select(id => (long)id)];
        Assert.Equal(expected, list.Movies.Select(movie => movie.Movie.MovieId).Order());
    }

    [Fact]
    public async Task Hidden_movie_is_never_recommended_from_the_next_request_on()
    {
        var request = new RecommendRequest { UserId = 8, Count = 1 };
        var movie = (await RecommendAsync(request)).Movies[0].Movie;
        movie.Hidden = true;
        await UpsertAsync(movie);
        foreach (var (userId, includeRated) in new[] { (8L, false), (8L, true), (888_888L, false) })
        {
            var list = await RecommendAsync(new RecommendRequest { UserId = userId, Count = 60, IncludeRated = includeRated });
            Assert.DoesNotContain(list.Movies, other => other.Movie.MovieId == movie.MovieId);
        }

        var similar = await _server.Recommendations.SimilarMoviesAsync(
            new SimilarMoviesRequest { MovieId = 2, Count = 60 }, cancellationToken: Cancellation);
        Assert.DoesNotContain(similar.Movies, other => other.Movie.MovieId == movie.MovieId);
        movie.Hidden = false;
        await UpsertAsync(movie);
    }

    [Fact]
    public async Task Anonymous_visitor_with_a_user_s_ratings_gets_that_user_s_list_and_nothing_is_stored()
    {
        var ratings = await ListAsync(10);
        var request = new RecommendForRatingsRequest { Count = 10 };
        request.Ratings.AddRange(ratings.Select(rating => new Rating { MovieId = rating.MovieId, Value = rating.Value }));
        var before = await _server.Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Cancellation);
        var anonymous = await _server.Recommendations.RecommendForRatingsAsync(request, cancellationToken: Cancellation);
        var own = await RecommendAsync(new RecommendRequest { UserId = 10, Count = 10 });
        var after = await _server.Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Cancellation);
        Assert.Equal(own.Movies, anonymous.Movies);
        Assert.Equal(before.Sequence, after.Sequence);
    }

    [Fact]
    public async Task List_of_the_moment_follows_the_last_ratings_and_that_of_a_day_later_all_of_them()
    {
        // Long ago one crowd, just now the other.
        const long User = 7_001;
        var now = TimeProvider.System.GetUtcNow().AddHours(-1);
        foreach (var movie in Enumerable.Range(1, 24))
        {
            var rating = new Rating { UserId = User, MovieId = movie, Value = 5 };
            rating.RatedAt = Timestamp.FromDateTimeOffset(movie % 2 == 0 ? now.AddSeconds(movie) : now.AddDays(-30));
            await _server.Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Cancellation);
        }

        async Task<RecommendResponse> AsOfAsync(DateTimeOffset moment, float diversity = 0) => await RecommendAsync(
            new RecommendRequest { UserId = User, Count = 10, Explain = true, AsOf = Timestamp.FromDateTimeOffset(moment), Diversity = diversity });
        int Evens(RecommendResponse list) => list.Movies.Count(movie => movie.Movie.MovieId % 2 == 0);

        var (hot, cold) = (await AsOfAsync(now.AddMinutes(1)), await AsOfAsync(now.AddDays(1)));
        Assert.True(Evens(hot) > Evens(cold), $"{Evens(hot)} of the last crowd in the list of the moment, {Evens(cold)} later");
        Assert.All([.. hot.Movies, .. cold.Movies], movie =>
            Assert.Equal(movie.Score, movie.Reasons.Sum(reason => reason.Weight) + movie.OtherWeight, 1e-4));
        Assert.Equal(Ids(cold), Ids(await AsOfAsync(now.AddDays(30))));
        Assert.NotEqual(Ids(hot), Ids(await AsOfAsync(now.AddMinutes(1), diversity: 1)));

        var visitor = new RecommendForRatingsRequest { Count = 10, Explain = true, AsOf = Timestamp.FromDateTimeOffset(now.AddMinutes(1)) };
        visitor.Ratings.AddRange((await ListAsync(User)).Select(rating => rating.Clone()));
        Assert.Equal(Ids(hot), Ids(await _server.Recommendations.RecommendForRatingsAsync(visitor, cancellationToken: Cancellation)));

        IEnumerable<long> Ids(RecommendResponse list) => list.Movies.Select(movie => movie.Movie.MovieId);
    }

    [Fact]
    public async Task Neighbours_of_a_movie_are_of_its_crowd()
    {
        var similar = await _server.Recommendations.SimilarMoviesAsync(
            new SimilarMoviesRequest { MovieId = 3, Count = 10 }, cancellationToken: Cancellation);
        Assert.Equal(10, similar.Movies.Count);
        Assert.All(similar.Movies, movie =>
        {
            Assert.Equal(1, movie.Movie.MovieId % 2);
            Assert.NotEqual(3, movie.Movie.MovieId);
            Assert.InRange(movie.Similarity, -1.0001f, 1.0001f);
        });
    }

    [Fact]
    public async Task Watched_list_comes_again_when_the_user_rates()
    {
        using var watch = _server.Recommendations.WatchRecommendations(
            new RecommendRequest { UserId = 12, Count = 5 }, cancellationToken: Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        var first = watch.ResponseStream.Current;
        await RateAsync(12, first.Movies[0].Movie.MovieId, 5);
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        }
        while (watch.ResponseStream.Current.Movies.Any(movie => movie.Movie.MovieId == first.Movies[0].Movie.MovieId));
    }

    [Fact]
    public async Task Predictions_come_in_the_order_asked_and_follow_taste()
    {
        var answer = await _server.Recommendations.PredictRatingsAsync(
            new PredictRatingsRequest { UserId = 14, MovieIds = { 3, 4, 999_999 } }, cancellationToken: Cancellation);
        Assert.Equal([3, 4, 999_999], answer.Predictions.Select(prediction => prediction.MovieId));
        Assert.True(answer.Predictions[1].PredictedRating_ > answer.Predictions[0].PredictedRating_ + 1);
        Assert.All(answer.Predictions, prediction => Assert.InRange(prediction.PredictedRating_, 0.5f, 5f));
    }

    private async Task<RecommendResponse> RecommendAsync(RecommendRequest request) =>
        await _server.Recommendations.RecommendAsync(request, cancellationToken: Cancellation);

    private async Task RateAsync(long userId, long movieId, float value) => await _server.Ratings.RateAsync(
        new RateRequest { Rating = new Rating { UserId = userId, MovieId = movieId, Value = value } },
        cancellationToken: Cancellation);

    private async Task<IReadOnlyList<Rating>> ListAsync(long userId) => (await _server.Ratings.ListRatingsAsync(
        new ListRatingsRequest { UserId = userId, PageSize = 1000 }, cancellationToken: Cancellation)).Ratings;

    private async Task<HashSet<long>> RatedAsync(long userId) => [.. (await ListAsync(userId)).Select(rating => rating.MovieId)];

    private async Task UpsertAsync(Movie movie)
    {
        using var call = _server.Catalog.UpsertMovies(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new UpsertMoviesRequest { Movies = { movie } }, Cancellation);
        await call.RequestStream.CompleteAsync();
        await call;
    }
}
