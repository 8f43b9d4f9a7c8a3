using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class PopularityTableTests
{
    private readonly PopularityTable _table = new();

    [Fact]
    public void A_movie_without_ratings_has_the_mean_of_all_ratings()
    {
        Assert.Equal(0, _table.MeanOf(1));
        _table.Apply([Movie(1, 5, 4), Movie(2, 1, 2, 2)], 10);

        Assert.Equal(4.5f, _table.MeanOf(1));
        Assert.Equal(14f / 5, _table.MeanOf(3), 1e-6);
        Assert.Equal(10, _table.Sequence);
    }

    [Fact]
    public void A_movie_that_changed_counts_with_what_it_has_now()
    {
        _table.Apply([Movie(1, 5, 4), Movie(2, 1, 2, 2)], 10);
        _table.Apply([Movie(2, 5), new RatedMovie(1, MovieStatistics.None), Movie(2, 5, 5, 5)], 11);

        Assert.Equal(MovieStatistics.None, _table.Of(1));
        Assert.Equal(5, _table.MeanOf(1));
        Assert.Equal([2L], _table.ByPopularity.Select(movie => movie.MovieId));
        Assert.Equal([2L], _table.ByTrend.Select(movie => movie.MovieId));
        Assert.Equal(3, _table.ByPopularity.Single().Statistics.Count);
    }

    [Fact]
    public void What_likes_count_is_that_of_the_last_five_thousand_ratings_whatever_order_they_come_in()
    {
        // A day between two ratings: of half-lives of 1, 8 and 64 weeks the last is the nearest to 5,000 ratings.
        const long Day = 24L * 3600 * 1_000_000;
        var random = new Random(7);
        var ratings = Enumerable.Range(0, 9000).Select(day => (Movie: (long)random.Next(1, 40), Day: day, Liked: day % 2 == 0)).ToArray();
        var tallies = ratings.GroupBy(rating => rating.Movie).Select(movie => new RatedMovie(movie.Key, MovieTally.None.With(
            [.. movie.Select((rating, i) => new RatingEntry(
                i + 1, RatingEntryKind.Rated, i + 1, movie.Key, rating.Liked ? 4 : 1, (rating.Day + 9000) * Day))]).Statistics)).ToArray();
        random.Shuffle(tallies);
        foreach (var movie in tallies)
        {
            _table.Apply([movie], _table.Sequence + 1);
        }

        var now = _table.Now;
        Assert.Equal(2, now.HalfLife);
        var likes = tallies.ToDictionary(movie => movie.MovieId, movie => Math.Exp(now.LevelOf(movie.Statistics)) - 1);
        Assert.Equal(RecentPopularity.LikesOf(4500, 9000), likes.Values.Sum(), 1);
        Assert.Equal((9000 + 8998) / 7.0, now.Newest, 0.5);
        var expected = ratings.Where(rating => rating.Liked).GroupBy(rating => rating.Movie)
            .ToDictionary(movie => movie.Key, movie => movie.Sum(rating => Math.Pow(2, (rating.Day - 9000) / (64 * 7.0))));
        var all = expected.Values.Sum();
        Assert.All(expected, movie => Assert.Equal(movie.Value / all, likes[movie.Key] / likes.Values.Sum(), 1e-4));
        Assert.Equal(
            expected.OrderByDescending(movie => movie.Value).Select(movie => movie.Key), _table.ByLikes(now).Select(movie => movie.MovieId));
    }

    [Fact]
    public void Nothing_liked_counts_nothing_and_what_is_taken_back_is_gone()
    {
        _table.Apply([Movie(1, 1, 2)], 1);
        Assert.Equal(0, _table.Now.LevelOf(_table.Of(1) with { TrendLog2 = double.NegativeInfinity }));

        _table.Apply([Movie(2, 5), Movie(3, 4)], 2);
        Assert.True(_table.Now.LevelOf(_table.Of(2)) > 0);

        _table.Apply([new RatedMovie(2, MovieStatistics.None), new RatedMovie(3, MovieStatistics.None)], 3);
        Assert.Equal(LikesNow.None, _table.Now);
    }

    [Fact]
    public void Likes_of_a_moment_before_these_ratings_are_a_number()
    {
        var before = _table.Now;
        _table.Apply([Movie(1, [5], weeks: 2645), Movie(2, [5, 4], weeks: 2645)], 1);
        Assert.Equal(0, before.LevelOf(_table.Of(1)));

        before = _table.Now;
        _table.Apply([Movie(3, [5], weeks: 2900)], 2);
        Assert.Equal(before.LevelOf(_table.Of(2)), before.LevelOf(_table.Of(3)));
        Assert.True(float.IsFinite(before.LevelOf(_table.Of(3))));
    }

    [Theory]
    [InlineData(2645)]
    [InlineData(2700)]
    [InlineData(6000)]
    public void Ratings_that_were_taken_back_leave_no_trace_however_late_they_were(double weeks)
    {
        RatedMovie[] kept = [Movie(1, [5, 4, 3], weeks: 2645.3), Movie(2, [5], weeks: 2644), Movie(3, [4, 4], weeks: 2500)];
        var untouched = new PopularityTable();
        untouched.Apply(kept, 1);

        _table.Apply([kept[0], Movie(4, [5, 5], weeks), kept[1]], 1);
        _table.Apply([new RatedMovie(4, MovieStatistics.None), kept[2]], 2);

        Assert.Equal(untouched.Now, _table.Now);
        Assert.True(double.IsFinite(_table.Now.ShiftLog2));
    }

    [Fact]
    public void Sixty_dislikes_are_no_trend_and_one_like_of_long_ago_is_not_zero()
    {
        const double Week = MovieStatistics.HalfLifeMicros;
        var disliked = MovieTally.None.With([.. Enumerable.Range(1, 60).Select(i => Entry(i, 1, 0.5f, (long)(2000 * Week)))]);
        var liked = MovieTally.None.With([Entry(1, 2, 4, (long)(10 * Week))]);
        var older = MovieTally.None.With([Entry(1, 3, 4, (long)(9 * Week))]);
        _table.Apply([new(1, disliked.Statistics), new(2, liked.Statistics), new(3, older.Statistics)], 62);

        Assert.Equal([2, 3, 1], _table.ByTrend.Select(movie => movie.MovieId));
        Assert.Equal(0, disliked.Statistics.TrendAt(2000 * Week));
        Assert.True(liked.Statistics.TrendAt(2000 * Week) > older.Statistics.TrendAt(2000 * Week));
        Assert.True(older.Statistics.TrendAt(2000 * Week) > 0);
        Assert.Equal(0.5f, liked.Statistics.TrendAt(11 * Week), 1e-6f);
    }

    private static RatingEntry Entry(long user, long movie, float value, long micros) =>
        new(user, RatingEntryKind.Rated, user, movie, value, micros);

    private static RatedMovie Movie(long id, float[] stars, double weeks)
    {
        var liked = Math.Log2(stars.Count(value => value >= 4));
        return new RatedMovie(id, Movie(id, stars).Statistics with
        {
            TrendLog2 = weeks + liked,
            SeasonLog2 = (weeks / 8) + liked,
            YearLog2 = (weeks / 64) + liked,
        });
    }

    private static RatedMovie Movie(long id, params float[] stars) => new(
        id, new MovieStatistics(
            stars.Length, stars.Count(value => value >= 4), stars.Sum(value => (double)value), 1, 1, 1));
}
