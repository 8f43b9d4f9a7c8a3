using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Archives;

/// <summary>
/// Tells which entries of a log are current in two passes over it, keeping only the pairs of user and movie that were
/// rated more than once or deleted: the first notes the last change of each such pair, the second leaves out what
/// comes before it.
/// </summary>
internal sealed class CurrentRatings
{
    private readonly Dictionary<(long User, long Movie), long> _lastChange = [];
    private long _count;

    /// <summary>Entries seen by the first pass.</summary>
    public long Entries { get; private set; }

    /// <summary>Whether no time seen has a part of a second.</summary>
    public bool WholeSeconds { get; private set; } = true;

    /// <summary>The first pass, on the way of the entries.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RatingEntry>> MarkAsync(IAsyncEnumerable<IReadOnlyList<RatingEntry>> groups)
    {
        await foreach (var entries in groups.ConfigureAwait(false))
        {
            Mark(entries);
            yield return entries;
        }
    }

    /// <summary>A step of the first pass.</summary>
    public void Mark(IReadOnlyList<RatingEntry> entries)
    {
        Entries += entries.Count;
        foreach (var entry in entries)
        {
            WholeSeconds &= entry.RatedAtMicros % 1_000_000 == 0;
            if (entry.Kind == RatingEntryKind.Deleted || (entry.Kind == RatingEntryKind.Rated && entry.ReplacedValue != 0))
            {
                _lastChange[(entry.UserId, entry.MovieId)] = entry.Sequence;
            }
        }
    }

    /// <summary>The second pass: groups of current ratings alone.</summary>
    public async IAsyncEnumerable<IReadOnlyList<RatingEntry>> OfAsync(IAsyncEnumerable<IReadOnlyList<RatingEntry>> groups)
    {
        await foreach (var entries in groups.ConfigureAwait(false))
        {
            List<RatingEntry> ratings = [.. entries.Where(IsCurrent)];
            _count += ratings.Count;
            if (ratings.Count > 0)
            {
                yield return ratings;
            }
        }
    }

    /// <summary>Ratings that the second pass gave since the last call.</summary>
    public long TakeCount()
    {
        var count = _count;
        _count = 0;
        return count;
    }

    private bool IsCurrent(RatingEntry entry) => entry.Kind == RatingEntryKind.Rated
        && (!_lastChange.TryGetValue((entry.UserId, entry.MovieId), out var last) || entry.Sequence >= last);
}
