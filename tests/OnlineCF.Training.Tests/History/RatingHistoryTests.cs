using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.History;

public sealed class RatingHistoryTests
{
    [Fact]
    public void Later_rating_replaces_the_earlier_one()
    {
        var history = TestRatings.History((1, 10, 3f), (1, 10, 4.5f));

        Assert.Equal(1, history.Count);
        Assert.Equal(4.5f, history[0].Value);
        Assert.Equal(2, history[0].Sequence);
    }

    [Fact]
    public void Deleted_rating_is_gone()
    {
        var history = TestRatings.History((1, 10, 3f), (1, 11, 4f));

        history.Apply(new RatingEntry(3, RatingEntryKind.Deleted, 1, 10, 0, 0));

        Assert.Equal(1, history.Count);
        Assert.Equal(11, history.MovieIdOf(history[0].Movie));
    }

    [Fact]
    public void Dismissals_train_nothing_and_take_nothing_away()
    {
        var history = TestRatings.History((1, 10, 3f));

        history.Apply(new RatingEntry(2, RatingEntryKind.Dismissed, 1, 10, 0, 0));
        history.Apply(new RatingEntry(3, RatingEntryKind.Undismissed, 1, 11, 0, 0));

        Assert.Equal(1, history.Count);
        Assert.Equal(3, history.LastSequence);
    }

    [Fact]
    public void Deletion_of_what_was_never_rated_does_nothing()
    {
        var history = TestRatings.History((1, 10, 3f));

        history.Apply(new RatingEntry(2, RatingEntryKind.Deleted, 7, 10, 0, 0));

        Assert.Equal(1, history.Count);
        Assert.Equal(2, history.LastSequence);
    }

    [Fact]
    public void Entry_read_again_does_nothing()
    {
        var history = TestRatings.History((1, 10, 3f), (1, 10, 4f));

        history.Apply(new RatingEntry(1, RatingEntryKind.Rated, 1, 10, 3, 0));

        Assert.Equal(4f, history[0].Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_order_of_changes_leaves_what_a_dictionary_would_hold(int seed)
    {
        var random = new Random(seed);
        var history = new RatingHistory();
        var expected = new Dictionary<(long, long), float>();
        for (var sequence = 1L; sequence <= 5000; sequence++)
        {
            var (user, movie) = (random.NextInt64(1, 20), random.NextInt64(1, 40));
            if (random.Next(3) == 0)
            {
                expected.Remove((user, movie));
                history.Apply(new RatingEntry(sequence, RatingEntryKind.Deleted, user, movie, 0, 0));
            }
            else
            {
                expected[(user, movie)] = sequence;
                history.Apply(new RatingEntry(sequence, RatingEntryKind.Rated, user, movie, sequence, 0));
            }
        }

        var actual = Enumerable.Range(0, history.Count).Select(i => history[i])
            .ToDictionary(r => (history.UserIdOf(r.User), history.MovieIdOf(r.Movie)), r => r.Value);
        Assert.Equal(expected.OrderBy(pair => pair.Key), actual.OrderBy(pair => pair.Key));
    }
}
