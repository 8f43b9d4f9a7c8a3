using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;

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

    private static RatedMovie Movie(long id, params float[] stars) => new(
        id, new MovieStatistics(stars.Length, stars.Count(value => value >= 4), stars.Sum(value => (double)value), 1));
}
