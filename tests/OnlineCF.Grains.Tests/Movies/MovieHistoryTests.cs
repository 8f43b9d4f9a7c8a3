using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Tests.Movies;

public sealed class MovieHistoryTests
{
    private const long Week = 7L * 24 * 3600 * 1_000_000;

    private readonly MovieHistory _history = new();

    [Fact]
    public void Statistics_count_the_current_ratings_alone()
    {
        Rate(1, user: 1, 4);
        Rate(2, user: 2, 2);
        Rate(3, user: 1, 5);
        Assert.Equal((2, 1, 7.0), Figures());
    }

    [Fact]
    public void Entries_that_come_again_have_no_effect()
    {
        Rate(1, user: 1, 4);
        Rate(2, user: 2, 2);
        Rate(1, user: 1, 4);
        Rate(2, user: 2, 2);
        Assert.Equal((2, 1, 6.0), Figures());
        Assert.Equal(2, _history.Sequence);
    }

    [Fact]
    public void Deleted_rating_counts_no_more()
    {
        Rate(1, user: 1, 4);
        _history.Apply(new RatingEntry(2, RatingEntryKind.Deleted, 1, 9, 0, 0));
        Assert.Equal((0, 0, 0.0), Figures());
        Assert.Empty(_history.Raters);
        Assert.Equal(0, _history.Statistics.Mean);
    }

    [Fact]
    public void Trend_halves_each_week()
    {
        Rate(1, user: 1, 4, ratedAt: 0);
        Rate(2, user: 2, 4, ratedAt: Week);
        Assert.Equal(1.5f, _history.Statistics.TrendAt(Week), 1e-6);
        Assert.Equal(0.75f, _history.Statistics.TrendAt(2 * Week), 1e-6);
    }

    [Fact]
    public void Trend_keeps_its_digits_when_times_lie_decades_apart()
    {
        var late = 60L * 365 * 24 * 3600 * 1_000_000;
        Rate(1, user: 1, 4, ratedAt: 0);
        Rate(2, user: 2, 4, ratedAt: late);
        Assert.Equal(1f, _history.Statistics.TrendAt(late), 1e-6);
        Assert.True(_history.Statistics.TrendAt(0) > 1e30f);
    }

    [Fact]
    public void Any_order_of_interruption_gives_the_figures_of_one_pass()
    {
        var random = new Random(7);
        var entries = Enumerable.Range(1, 500).Select(sequence => new RatingEntry(
            sequence, random.Next(8) == 0 ? RatingEntryKind.Deleted : RatingEntryKind.Rated, random.Next(1, 30), 9,
            random.Next(1, 11) / 2f, random.NextInt64(10 * Week))).ToArray();
        var once = new MovieHistory();
        foreach (var entry in entries)
        {
            once.Apply(entry);
            _history.Apply(entry);
            for (var again = random.Next(5); again > 0; again--)
            {
                _history.Apply(entries[random.NextInt64(entry.Sequence)]);
            }
        }

        Assert.Equal(once.Statistics, _history.Statistics);
    }

    private void Rate(long sequence, long user, float value, long ratedAt = 0) =>
        _history.Apply(new RatingEntry(sequence, RatingEntryKind.Rated, user, 9, value, ratedAt));

    private (int Count, int Liked, double Sum) Figures() =>
        (_history.Statistics.Count, _history.Statistics.Liked, _history.Statistics.Sum);
}
