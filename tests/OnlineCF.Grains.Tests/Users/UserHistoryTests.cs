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
    public void Dismissals_stand_until_they_are_undone_and_touch_no_rating()
    {
        Apply(new IncomingRating(7, 4, 100));
        foreach (var movie in new long[] { 9, 7, 8 })
        {
            _history.Apply([_history.DecideDismissal(1, movie, undo: false)!.Value], 10 + movie);
        }

        Assert.Equal([7L, 8, 9], _history.Dismissed);
        Assert.Null(_history.DecideDismissal(1, 8, undo: false));
        Assert.Null(_history.DecideDismissal(1, 5, undo: true));
        _history.Apply([_history.DecideDismissal(1, 8, undo: true)!.Value], 20);
        _history.Apply([_history.DecideDeletion(1, 7)!.Value], 21);
        Assert.Equal([7L, 9], _history.Dismissed);
        Assert.Equal(0, _history.Count);
        Assert.Equal(21, _history.Sequence);
    }

    [Fact]
    public void Replay_tells_dismissals_from_ratings()
    {
        var history = UserHistory.Replay(
        [
            new(1, RatingEntryKind.Rated, 1, 7, 4, 100),
            new(2, RatingEntryKind.Dismissed, 1, 7, 0, 0),
            new(3, RatingEntryKind.Dismissed, 1, 8, 0, 0),
            new(4, RatingEntryKind.Rated, 1, 9, 3, 101),
            new(5, RatingEntryKind.Deleted, 1, 9, 0, 0, 3, 101),
            new(6, RatingEntryKind.Undismissed, 1, 8, 0, 0),
        ]);

        Assert.Equal([7L], history.Dismissed);
        Assert.Equal([7L], history.MovieIds.ToArray());
        Assert.Equal(6, history.Sequence);
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
        Assert.Equal(4, _history.Values[0]);
    }

    [Fact]
    public void Other_value_at_the_same_time_wins_when_it_arrives_later()
    {
        Apply(new IncomingRating(7, 4, 100));
        Assert.Equal(RatingResult.Accepted, Apply(new IncomingRating(7, 2, 100)));
        Assert.Equal(2, _history.Values[0]);
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
        Assert.Equal(RatingResult.Duplicate, Apply(new IncomingRating(7, 4, null), Now + 5));
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
        Assert.NotNull(Delete(7));
        Assert.Null(Delete(7));
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
        while (entries.Count < 2000)
        {
            var movieId = random.Next(1, 40);
            var changes = random.Next(10) == 0
                ? Delete(movieId) is { } deletion ? [deletion] : []
                : Rate([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
                    new IncomingRating(random.Next(1, 40), random.Next(1, 11) / 2f, random.Next(100)))]);
            entries.AddRange(changes.Select((change, i) => RatingEntry.Of(entries.Count + i + 1, change)));
        }

        Assert.NotEmpty(entries);
        Assert.Equal(_history.Page(1, 0, 100), UserHistory.Replay(entries).Page(1, 0, 100));
    }

    [Fact]
    public void Deciding_changes_nothing()
    {
        Apply(new IncomingRating(7, 4, 100));
        _history.Decide(1, [new IncomingRating(7, 1, 200), new IncomingRating(8, 1, 200)], Now, new RatingResult[2]);

        Assert.Equal(new Rating(1, 7, 4, 100), Assert.Single(_history.Page(1, 0, 10)));
        Assert.Equal(1, _history.Sequence);
    }

    [Fact]
    public void Ratings_of_one_call_know_those_before_them()
    {
        var results = new RatingResult[4];
        var changes = _history.Decide(
            1,
            [new IncomingRating(7, 4, 100), new IncomingRating(7, 4, 100), new IncomingRating(7, 2, 100), new IncomingRating(7, 5, 99)],
            Now, results);

        Assert.Equal([RatingResult.Accepted, RatingResult.Duplicate, RatingResult.Accepted, RatingResult.Stale], results);
        Assert.Equal(
            [
                new RatingChange(RatingEntryKind.Rated, 1, 7, 4, 100),
                new RatingChange(RatingEntryKind.Rated, 1, 7, 2, 100, ReplacedValue: 4, ReplacedAtMicros: 100),
            ],
            changes);
    }

    [Fact]
    public void Changes_say_what_they_take_the_place_of()
    {
        Apply(new IncomingRating(7, 4, 100));

        Assert.Equal((4, 100), Replaced(Assert.Single(Rate([new IncomingRating(7, 1, 200)]))));
        Assert.Equal((1, 200), Replaced(Delete(7)!.Value));
        Assert.Equal((0, 0), Replaced(Assert.Single(Rate([new IncomingRating(7, 3, 300)]))));
    }

    private RatingResult Apply(IncomingRating rating, long now = Now)
    {
        var results = new RatingResult[1];
        var changes = _history.Decide(1, [rating], now, results);
        _history.Apply(changes, _history.Sequence + changes.Length);
        return results[0];
    }

    private RatingChange[] Rate(IncomingRating[] ratings)
    {
        var changes = _history.Decide(1, ratings, Now, new RatingResult[ratings.Length]);
        _history.Apply(changes, _history.Sequence + changes.Length);
        return changes;
    }

    private RatingChange? Delete(long movieId)
    {
        var deletion = _history.DecideDeletion(1, movieId);
        if (deletion is { } change)
        {
            _history.Apply([change], _history.Sequence + 1);
        }

        return deletion;
    }

    private static (float, long) Replaced(RatingChange change) => (change.ReplacedValue, change.ReplacedAtMicros);
}
