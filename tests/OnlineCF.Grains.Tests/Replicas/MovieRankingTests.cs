using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Tests.Replicas;

public sealed class MovieRankingTests
{
    private readonly Dictionary<long, RatedMovie> _all = [];

    [Theory]
    [InlineData(10, 5)]
    [InlineData(10, 400)]
    [InlineData(50, 400)]
    [InlineData(1000, 400)]
    public void Order_equals_a_full_sort_after_any_changes(int capacity, int movies)
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            _all.Clear();
            var byPopularity = new MovieRanking(PopularityTable.ByLiked, () => _all.Values, capacity);
            var byTrend = new MovieRanking(PopularityTable.ByLikesLog2(0), () => _all.Values, capacity);
            for (var step = 0; step < 60; step++)
            {
                var changed = Change(random, movies);
                byPopularity.Update(changed);
                byTrend.Update(changed);
                Assert.True(
                    _all.Values.Order(PopularityTable.ByLiked).SequenceEqual(byPopularity.Movies), $"seed {seed}, step {step}");
                Assert.True(
                    _all.Values.Order(PopularityTable.ByLikesLog2(0)).SequenceEqual(byTrend.Movies), $"seed {seed}, step {step}");
            }
        }
    }

    [Fact]
    public void A_change_below_the_head_looks_at_no_other_movie()
    {
        var looks = 0;
        var ranking = new MovieRanking(PopularityTable.ByLiked, All, capacity: 10);
        Dictionary<long, RatedMovie> first = Enumerable.Range(1, 1000).ToDictionary(id => (long)id, id => Movie(id, 5000 - id, id));
        foreach (var (id, movie) in first)
        {
            _all[id] = movie;
        }

        ranking.Update(first);
        for (var id = 900L; id < 1000; id++)
        {
            _all[id] = Movie(id, 4200, id);
            ranking.Update(new Dictionary<long, RatedMovie> { [id] = _all[id] });
        }

        Assert.Equal(0, looks);
        Assert.Equal([1L, 2, 3], ranking.Movies.Take(3).Select(movie => movie.MovieId));

        IEnumerable<RatedMovie> All()
        {
            looks++;
            return _all.Values;
        }
    }

    // Some movies rise, some fall, some lose their last rating.
    private Dictionary<long, RatedMovie> Change(Random random, int movies)
    {
        var changed = new Dictionary<long, RatedMovie>();
        for (var n = random.Next(1, 40); n > 0; n--)
        {
            var id = random.Next(1, movies + 1);
            var count = random.Next(6) == 0 ? 0 : random.Next(1, 30);
            changed[id] = count == 0
                ? new RatedMovie(id, MovieStatistics.None)
                : new RatedMovie(id, new MovieStatistics(count, random.Next(count + 1), count * 3, random.Next(5)));
        }

        foreach (var (id, movie) in changed)
        {
            if (movie.Statistics.Count == 0)
            {
                _all.Remove(id);
            }
            else
            {
                _all[id] = movie;
            }
        }

        return changed;
    }

    private static RatedMovie Movie(long id, int liked, double trend) =>
        new(id, new MovieStatistics(liked, liked, liked * 4, trend));
}
