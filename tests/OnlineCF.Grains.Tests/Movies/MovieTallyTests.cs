using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Tests.Movies;

public sealed class MovieTallyTests
{
    private const long Week = 7L * 24 * 3600 * 1_000_000;

    private readonly MovieLog _log = new();

    [Fact]
    public void Statistics_count_the_current_ratings_alone()
    {
        _log.Rate(user: 1, 4);
        _log.Rate(user: 2, 2);
        _log.Rate(user: 1, 5);
        Assert.Equal((2, 1, 7.0), Figures(MovieTally.None.With(_log.Entries)));
    }

    [Fact]
    public void Entries_that_come_again_have_no_effect()
    {
        _log.Rate(user: 1, 4);
        _log.Rate(user: 2, 2);
        var tally = MovieTally.None.With(_log.Entries).With(_log.Entries);
        Assert.Equal((2, 1, 6.0), Figures(tally));
        Assert.Equal(2, tally.Sequence);
    }

    [Fact]
    public void Deleted_rating_counts_no_more()
    {
        _log.Rate(user: 1, 4);
        _log.Delete(user: 1);
        var tally = MovieTally.None.With(_log.Entries);
        Assert.Equal(MovieStatistics.None, tally.Statistics);
        Assert.Equal(0, tally.Statistics.Mean);
        Assert.False(tally.MustRecount);
    }

    [Fact]
    public void Trend_halves_each_week()
    {
        _log.Rate(user: 1, 4, ratedAt: 0);
        _log.Rate(user: 2, 4, ratedAt: Week);
        var statistics = MovieTally.None.With(_log.Entries).Statistics;
        Assert.Equal(1.5f, statistics.TrendAt(Week), 1e-6);
        Assert.Equal(0.75f, statistics.TrendAt(2 * Week), 1e-6);
    }

    [Fact]
    public void Trend_keeps_its_digits_when_times_lie_decades_apart()
    {
        var late = 60L * 365 * 24 * 3600 * 1_000_000;
        _log.Rate(user: 1, 4, ratedAt: 0);
        _log.Rate(user: 2, 4, ratedAt: late);
        var both = MovieTally.None.With(_log.Entries);
        Assert.Equal(1f, both.Statistics.TrendAt(late), 1e-6);
        Assert.True(both.Statistics.TrendAt(0) > 1e30f);

        _log.Delete(user: 2);
        Assert.Equal(1f, both.With(_log.Entries).Statistics.TrendAt(0));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Any_interruption_gives_to_the_bit_what_counting_the_log_gives(int seed)
    {
        var random = new Random(seed);
        var tally = MovieTally.None;
        for (var step = 0; step < 300; step++)
        {
            _log.Step(random);
            if (random.Next(4) == 0)
            {
                tally = tally.With(_log.Entries.AsSpan(random.Next(_log.Entries.Length))
                    is var some && some[0].Sequence <= tally.Sequence + 1 ? some : _log.Entries);
                tally = MovieTally.From(tally.ToRow(9));
                Assert.Equal(Bytes(MovieTally.Of(_log.Entries, 0)), Bytes(tally));
            }
        }
    }

    [Fact]
    public void A_deletion_that_does_not_say_what_it_replaced_asks_for_a_recount()
    {
        _log.Rate(user: 1, 4);
        _log.Rate(user: 2, 3);
        var before = MovieTally.None.With(_log.Entries);
        _log.Erase(user: 1);
        _log.Rate(user: 3, 5);

        var open = before.With(_log.Entries);
        Assert.True(open.MustRecount);
        Assert.Equal(before.Statistics, open.Statistics);
        Assert.True(MovieTally.From(open.ToRow(9)).MustRecount);

        var counted = MovieTally.Of(_log.Entries, throughSequence: 4);
        Assert.Equal((2, 1, 8.0), Figures(counted));
        Assert.False(counted.MustRecount);
        Assert.Equal(4, counted.Sequence);
    }

    [Fact]
    public void Dismissals_change_no_sum()
    {
        RatingEntry[] entries =
        [
            new(1, RatingEntryKind.Rated, 1, 9, 5, 100), new(2, RatingEntryKind.Dismissed, 1, 9, 0, 0), new(3, RatingEntryKind.Undismissed, 2, 9, 0, 0),
        ];
        foreach (var tally in new[] { MovieTally.None.With(entries), MovieTally.Of(entries, 3) })
        {
            Assert.Equal((1, 1, 5.0), Figures(tally));
            Assert.False(tally.MustRecount);
            Assert.Equal(3, tally.Sequence);
        }
    }

    [Fact]
    public void Row_of_a_movie_grows_with_its_years_and_not_with_its_ratings()
    {
        var random = new Random(2);
        RatingEntry[] entries =
        [
            .. Enumerable.Range(1, 50_000).Select(sequence => new RatingEntry(
                sequence, RatingEntryKind.Rated, sequence, 9, 4, (1300 * Week) + random.NextInt64(25 * 52 * Week))),
        ];
        Assert.InRange(MovieTally.None.With(entries).ToRow(9).State.Length, 220, 280);
        Assert.InRange(MovieTally.None.With(entries.AsSpan(0, 1)).ToRow(9).State.Length, 50, 74);
    }

    [Fact]
    public void What_cannot_be_taken_away_asks_for_a_recount() =>
        Assert.True(MovieTally.None.With([new RatingEntry(5, RatingEntryKind.Rated, 1, 9, 4, Week, 3, Week)]).MustRecount);

    [Fact]
    public void Row_of_another_format_asks_for_a_recount() =>
        Assert.True(MovieTally.From(new(9, new byte[] { 9, 0, 0, 0 })).MustRecount);

    private static byte[] Bytes(MovieTally tally) => tally.ToRow(9).State.ToArray();

    private static (int Count, int Liked, double Sum) Figures(MovieTally tally) =>
        (tally.Statistics.Count, tally.Statistics.Liked, tally.Statistics.Sum);
}
