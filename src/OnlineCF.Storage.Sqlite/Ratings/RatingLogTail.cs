using OnlineCF.Core.Ratings;

namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>
/// The durable entries that the indexes do not have yet, in two stretches: one that is being indexed and, after
/// it, one that grows. One thread writes, any thread reads.
/// </summary>
/// <param name="indexedThrough">The indexes have every entry up to this sequence.</param>
internal sealed class RatingLogTail(long indexedThrough)
{
    private readonly Lock _lock = new();
    private long _indexedThrough = indexedThrough;
    private UnindexedEntries? _indexing;
    private UnindexedEntries _growing = new();

    /// <summary>Entries in the growing stretch.</summary>
    public int GrowingCount => _growing.Count;

    /// <summary>Adds durable entries.</summary>
    public void Add(long firstSequence, ReadOnlySpan<RatingChange> changes)
    {
        lock (_lock)
        {
            var sequence = firstSequence;
            foreach (var change in changes)
            {
                _growing.Add(RatingEntry.Of(sequence++, change));
            }
        }
    }

    /// <summary>Adds entries read from the log.</summary>
    public void Add(IEnumerable<RatingEntry> entries)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                _growing.Add(entry);
            }
        }
    }

    /// <summary>Removes entries that are gone from the log.</summary>
    public void Remove(IEnumerable<long> sequences)
    {
        lock (_lock)
        {
            foreach (var sequence in sequences)
            {
                _indexing?.Remove(sequence);
                _growing.Remove(sequence);
            }
        }
    }

    /// <summary>Takes from these deletions what they replaced.</summary>
    public void Blank(IEnumerable<RatingEntry> deletions)
    {
        lock (_lock)
        {
            foreach (var deletion in deletions)
            {
                _indexing?.Blank(deletion.Sequence);
                _growing.Blank(deletion.Sequence);
            }
        }
    }

    /// <summary>The user's entries here; those up to the returned sequence are in the index.</summary>
    public (long IndexedThrough, List<RatingEntry> Entries) OfUser(long userId)
    {
        var entries = new List<RatingEntry>();
        lock (_lock)
        {
            _indexing?.CopyUser(userId, entries);
            _growing.CopyUser(userId, entries);
            return (_indexedThrough, entries);
        }
    }

    /// <summary>The movie's newest entries here, at most <paramref name="limit"/>; those up to the returned sequence are in the index.</summary>
    public (long IndexedThrough, List<RatingEntry> Entries) OfMovie(long movieId, int limit)
    {
        var (newest, older) = (new List<RatingEntry>(), new List<RatingEntry>());
        lock (_lock)
        {
            _growing.CopyMovie(movieId, limit, newest);
            if (newest.Count < limit)
            {
                _indexing?.CopyMovie(movieId, limit - newest.Count, older);
            }

            older.AddRange(newest);
            return (_indexedThrough, older);
        }
    }

    /// <summary>Ends the growing stretch, so that it can be indexed, and starts another.</summary>
    public UnindexedEntries StartIndexing()
    {
        lock (_lock)
        {
            (_indexing, _growing) = (_growing, new UnindexedEntries());
            return _indexing;
        }
    }

    /// <summary>The stretch is durably in the indexes.</summary>
    public void EndIndexing()
    {
        lock (_lock)
        {
            _indexedThrough = _indexing!.LastSequence;
            _indexing = null;
        }
    }
}
