using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Tests.Users;

public sealed class UserHistoryTests
{
    private const long Now = 1_700_000_000_000_000;

    private readonly UserHistory _history = new();

    [Fact]
    public void First_rating_of_a_movie_is_accepted()
    {
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 4, 100)));
        Assert.Equal(new Rating(1, 7, 4, 100), Assert.Single(_history.Page(1, 0, 10)));
    }

    [Fact]
    public void Repeated_rating_is_a_duplicate()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.Equal(RatingResult.Duplicate, Apply(new IncomingRating(7, 4, 100)));
    }

    [Fact]
    public void Older_rating_is_stale_and_changes_nothing()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.Equal(RatingResult.Stale, Apply(new IncomingRating(7, 1, 99)));
        Assert.Equal(4, _history.ValueOf(7));
    }

    [Fact]
    public void Other_value_at_the_same_time_wins_when_it_arrives_later()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 2, 100)));
        Assert.Equal(2, _history.ValueOf(7));
    }

    [Fact]
    public void Same_value_at_a_later_time_is_accepted()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 4, 101)));
        Assert.Equal(101, _history.Page(1, 0, 1)[0].RatedAtMicros);
    }

    [Fact]
    public void Rating_without_a_time_is_now()
    {
        Apply(new IncomingRating(7, 4, null));
        Assert.Equal(Now, _history.Page(1, 0, 1)[0].RatedAtMicros);
    }

    [Fact]
    public void Rating_without_a_time_repeated_is_a_duplicate()
    {
        Apply(new IncomingRating(7, 4, null));
        Assert.Equal(RatingResult.Duplicate, _history.Apply(new IncomingRating(7, 4, null), Now + 5, out _));
    }

    [Fact]
    public void Rating_without_a_time_wins_over_one_that_lies_ahead()
    {
        Apply(new IncomingRating(7, 4, Now + 1000));
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 1, null)));
        Assert.Equal(new Rating(1, 7, 1, Now + 1000), _history.Page(1, 0, 1)[0]);
    }

    [Fact]
    public void Removed_rating_may_come_again()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.True(_history.Remove(7));
        Assert.False(_history.Remove(7));
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 3, 50)));
    }

    [Fact]
    public void Pages_of_any_size_list_every_rating_once_by_movie_id()
    {
        foreach (var movieId in new long[] { 30, 10, 50, 20, 40 })
        {
            Apply(new IncomingRating(movieId, 3, 1));
        }

        for (var size = 1; size <= 6; size++)
        {
            var listed = new List<long>();
            for (var page = _history.Page(1, 0, size); page.Length > 0; page = _history.Page(1, listed[^1], size))
            {
                listed.AddRange(page.Select(rating => rating.MovieId));
            }

            Assert.Equal([10, 20, 30, 40, 50], listed);
        }
    }

    [Fact]
    public void Replaying_the_log_gives_what_the_ratings_gave()
    {
        var random = new Random(20261123);
        var entries = new List<RatingEntry>();
        for (var sequence = 1; sequence <= 2000; sequence++)
        {
            var movieId = random.Next(1, 40);
            if (random.Next(10) == 0)
            {
                _history.Remove(movieId);
                entries.Add(new RatingEntry(sequence, RatingEntryKind.Deleted, 1, movieId, 0, 0));
                continue;
            }

            var incoming = new IncomingRating(movieId, random.Next(1, 11) / 2f, random.Next(100));
            if (_history.Apply(incoming, Now, out var rating) == RatingResult.Accepted)
            {
                entries.Add(new RatingEntry(
                    sequence, RatingEntryKind.Rated, 1, movieId, rating.Value, rating.RatedAtMicros));
            }
        }

        Assert.NotEmpty(entries);
        Assert.Equal(_history.Page(1, 0, 100), UserHistory.Replay(entries).Page(1, 0, 100));
    }

    private RatingResult Apply(IncomingRating rating) => _history.Apply(rating, Now, out _);
}
