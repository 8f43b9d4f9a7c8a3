using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Tests.Streams;

public sealed class PartitionStateTests
{
    private readonly PartitionState _state = new();

    [Fact]
    public void A_row_that_is_as_new_stays()
    {
        Assert.True(_state.Set(5, Tally(3, 4)));
        Assert.False(_state.Set(5, Tally(3, 2)));
        Assert.False(_state.Set(5, Tally(2, 2)));
        Assert.Equal(4, _state.Find(5)!.Statistics.Sum);
        Assert.Null(_state.Find(6));
    }

    [Fact]
    public void Only_what_changed_is_saved_and_what_could_not_be_saved_stays_unsaved()
    {
        _state.Set(5, Tally(1, 4));
        _state.Set(6, Tally(2, 4));
        Assert.Equal([5, 6], _state.TakeUnsaved().Select(row => row.Key).Order());
        Assert.Empty(_state.TakeUnsaved());

        _state.Set(6, Tally(3, 4));
        var taken = _state.TakeUnsaved();
        Assert.Equal([6], taken.Select(row => row.Key));
        _state.GiveBack(taken);
        Assert.Equal(1, _state.Unsaved);
    }

    [Fact]
    public void Saved_rows_come_back_as_they_were()
    {
        _state.Set(5, Tally(7, 4));
        var back = new PartitionState();
        back.Load(_state.TakeUnsaved().Single());
        Assert.Equal(_state.Find(5)!.Statistics, back.Find(5)!.Statistics);
        Assert.Equal(7, back.Find(5)!.Sequence);
        Assert.Empty(back.TakeUnsaved());
        Assert.Equal([5], back.ChangesAfter(0, 10).Movies.Select(movie => movie.MovieId));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Reader_that_follows_the_changes_page_by_page_knows_all(int seed)
    {
        var random = new Random(seed);
        var known = new Dictionary<long, MovieStatistics>();
        var mark = 0L;
        for (var sequence = 1; sequence <= 20_000; sequence++)
        {
            _state.Set(random.Next(1, 400), Tally(sequence, random.Next(1, 6)));
            if (random.Next(300) == 0)
            {
                var (movies, through) = _state.ChangesAfter(mark, 50);
                Assert.InRange(movies.Length, 0, 50);
                foreach (var movie in movies)
                {
                    known[movie.MovieId] = movie.Statistics;
                }

                mark = through;
            }
        }

        while (mark < _state.LastChange)
        {
            (var movies, mark) = _state.ChangesAfter(mark, 50);
            foreach (var movie in movies)
            {
                known[movie.MovieId] = movie.Statistics;
            }
        }

        Assert.Equal(
            _state.MovieIds.Order().Select(id => (id, _state.Find(id)!.Statistics)),
            known.OrderBy(movie => movie.Key).Select(movie => (movie.Key, movie.Value)));
        Assert.Empty(_state.ChangesAfter(mark, 50).Movies);
    }

    [Fact]
    public void Movies_spread_over_all_partitions_and_stay_there()
    {
        var counts = new int[RatingStream.Partitions];
        for (var movieId = 1L; movieId <= 10_000; movieId++)
        {
            counts[RatingStream.PartitionOf(movieId)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 2000, 3000));
        Assert.Equal(RatingStream.PartitionOf(318), RatingStream.PartitionOf(318));
        Assert.InRange(RatingStream.PartitionOf(long.MaxValue), 0, RatingStream.Partitions - 1);
    }

    private static MovieTally Tally(long sequence, float value) =>
        MovieTally.None.With([new RatingEntry(sequence, RatingEntryKind.Rated, 1, 5, value, 0)]);
}
