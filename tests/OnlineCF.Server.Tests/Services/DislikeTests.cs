using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>What low ratings do to a visitor's list, on a model of real ratings.</summary>
public sealed class DislikeTests(DislikeTests.RealWorld world) : IClassFixture<DislikeTests.RealWorld>
{
    private const string NoData = "ml-latest-small is not there.";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0.5f)]
    [InlineData(5, 0.5f)]
    [InlineData(5, 1.5f)]
    public async Task Disliked_horror_puts_no_more_horror_in_the_list_than_nothing_and_ranks_it_lower(int count, float stars)
    {
        Assert.SkipWhen(world.Server is null, NoData);
        var before = await ListAsync();
        var after = await ListAsync([.. world.Horror.Take(count).Select(movie => (movie, stars))]);

        Assert.Equal(RecommendationSource.Popular, after.Source);
        Assert.All(after.Movies, movie => Assert.Empty(movie.Reasons));
        Assert.True(HorrorIn(after, 50) <= HorrorIn(before, 50), $"{HorrorIn(before, 50)} before, {HorrorIn(after, 50)} after");
        Assert.True(
            MeanRank(after, world.Horror.Skip(count)) >= MeanRank(before, world.Horror.Skip(count)),
            $"{MeanRank(before, world.Horror.Skip(count))} before, {MeanRank(after, world.Horror.Skip(count))} after");
    }

    [Fact]
    public async Task Five_disliked_horror_films_rank_horror_lower_for_one_who_likes_dramas()
    {
        Assert.SkipWhen(world.Server is null, NoData);
        var dramas = world.Dramas.Take(5).Select(movie => (movie, 5f)).ToArray();
        var before = await ListAsync(dramas);
        var after = await ListAsync([.. dramas, .. world.Horror.Take(5).Select(movie => (movie, 0.5f))]);

        Assert.Equal(RecommendationSource.Personalized, after.Source);
        Assert.True(HorrorIn(after, 50) <= HorrorIn(before, 50), $"{HorrorIn(before, 50)} before, {HorrorIn(after, 50)} after");
        Assert.True(MeanRank(after, world.Horror.Skip(5)) > MeanRank(before, world.Horror.Skip(5)));
        Assert.All(after.Movies.SelectMany(movie => movie.Reasons), reason => Assert.Contains(reason.MovieId, dramas.Select(x => x.movie)));
    }

    [Fact]
    public async Task Three_films_at_three_and_a_half_leave_the_list_popular()
    {
        Assert.SkipWhen(world.Server is null, NoData);
        var before = await ListAsync();
        var after = await ListAsync([.. world.Horror.Take(3).Select(movie => (movie, 3.5f))]);

        Assert.Equal(RecommendationSource.Popular, after.Source);
        var common = before.Movies.Take(50).Select(movie => movie.Movie.MovieId)
            .Intersect(after.Movies.Take(50).Select(movie => movie.Movie.MovieId)).Count();
        Assert.InRange(common, 45, 50);
    }

    [Fact]
    public async Task First_ten_hold_nothing_below_the_user_s_mean_less_half_a_star()
    {
        Assert.SkipWhen(world.Server is null, NoData);
        foreach (var user in world.Ratings.GroupBy(rating => rating.UserId).Take(150))
        {
            var list = await world.Server!.Recommendations.RecommendAsync(new RecommendRequest { UserId = user.Key }, cancellationToken: Token);
            var floor = user.Average(rating => rating.Value) - 0.5f;

            Assert.All(list.Movies, movie => Assert.True(movie.PredictedRating >= floor - 1e-4f, $"user {user.Key}: {movie.PredictedRating} < {floor}"));
        }
    }

    private static int HorrorIn(RecommendResponse list, int length) =>
        list.Movies.Take(length).Count(movie => movie.Movie.Genres.Contains("Horror"));

    // What is beyond the list stands at its end.
    private static double MeanRank(RecommendResponse list, IEnumerable<long> movies)
    {
        var ranks = list.Movies.Select((movie, rank) => (movie.Movie.MovieId, rank)).ToDictionary(x => x.MovieId, x => x.rank);
        return movies.Take(100).Average(movie => ranks.GetValueOrDefault(movie, list.Movies.Count));
    }

    private async Task<RecommendResponse> ListAsync(params (long Movie, float Stars)[] ratings)
    {
        var request = new RecommendForRatingsRequest { Count = 1000, Explain = true, IncludeRated = true };
        request.Ratings.AddRange(ratings.Select(rating => new Rating { MovieId = rating.Movie, Value = rating.Stars }));
        return await world.Server!.Recommendations.RecommendForRatingsAsync(request, cancellationToken: Token);
    }

    /// <summary>A server that has learnt from the real ratings, where they are.</summary>
    public sealed class RealWorld : IAsyncLifetime
    {
        public TestServer? Server { get; private set; }

        public IReadOnlyList<Rating> Ratings { get; } = RealRatings.Load() ?? [];

        /// <summary>Horror films, the most rated first.</summary>
        public long[] Horror { get; private set; } = [];

        /// <summary>Dramas that are nothing else, the most rated first.</summary>
        public long[] Dramas { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            if (Ratings.Count == 0)
            {
                return;
            }

            var genres = RealRatings.LoadGenres();
            var byCount = Ratings.GroupBy(rating => rating.MovieId).OrderByDescending(movie => movie.Count()).Select(movie => movie.Key).ToArray();
            Horror = [.. byCount.Where(movie => genres[movie].Contains("Horror"))];
            Dramas = [.. byCount.Where(movie => genres[movie] is ["Drama"])];
            Server = await TestServer.StartAsync(null, "--Training:Automatic=false");
            using var catalogue = Server.Catalog.UpsertMovies(cancellationToken: Token);
            foreach (var movies in genres.Chunk(1000))
            {
                await catalogue.RequestStream.WriteAsync(
                    new UpsertMoviesRequest
                    {
                        Movies = { movies.Select(movie => new Movie { MovieId = movie.Key, Title = $"Movie {movie.Key}", Genres = { movie.Value } }) },
                    },
                    Token);
            }

            await catalogue.RequestStream.CompleteAsync();
            await catalogue;
            var streamed = await Server.StreamAsync(Ratings, Token);
            await Server.TrainAsync(Token);
            await Server.FollowedAsync(streamed.Sequence, Token);
        }

        public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
