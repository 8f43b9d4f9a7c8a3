using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Ratings;

/// <summary>What every rating log does with changes before it stores them.</summary>
internal static class RatingChanges
{
    /// <summary>Refuses what no log can store; a fault must not take the callers of the same commit with it.</summary>
    /// <exception cref="ArgumentException">There are no changes, they are of several users, or one has a value that is not a number.</exception>
    public static void Validate(ReadOnlySpan<RatingChange> changes)
    {
        if (changes.IsEmpty)
        {
            throw new ArgumentException("There are no changes to append.", nameof(changes));
        }

        foreach (var change in changes)
        {
            if (float.IsNaN(change.Value) || float.IsNaN(change.ReplacedValue))
            {
                throw new ArgumentException("A rating's value must be a number.", nameof(changes));
            }

            if (change.UserId != changes[0].UserId)
            {
                throw new ArgumentException("The changes of a call must be of one user.", nameof(changes));
            }
        }
    }

    /// <summary>One deletion for each movie whose last entry is none, in the order of those entries.</summary>
    /// <param name="entries">All entries of one user, in order.</param>
    public static RatingChange[] DeletionsOfCurrent(IEnumerable<RatingEntry> entries) =>
    [
        .. entries
            .GroupBy(entry => entry.MovieId, (_, ofMovie) => ofMovie.Last())
            .Where(last => last.Kind != RatingEntryKind.Deleted)
            .OrderBy(last => last.Sequence)
            .Select(last => RatingChange.Deleted(last.UserId, last.MovieId)),
    ];
}
