using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>
/// Brings one stretch of the log into the indexes, in the order of the index and a little with each commit.
/// Entries of a thousand users lie on a thousand pages of an index: written at once they would cost each
/// commit megabytes; a stretch in order writes each page about once.
/// </summary>
internal sealed class RatingIndexing
{
    // Each rating makes two index rows. At twice that pace a stretch is done when the next has half its length.
    private const int RowsPerRating = 4;

    private const string IndexUser = "INSERT OR IGNORE INTO rating_log_by_user (user_id, sequence) VALUES (?1, ?2)";
    private const string IndexMovie = "INSERT OR IGNORE INTO rating_log_by_movie (movie_id, sequence) VALUES (?1, ?2)";
    private const string KeepIndexed = "INSERT OR REPLACE INTO rating_log_indexed (id, sequence) VALUES (0, ?1)";

    private readonly UnindexedEntries _entries;
    private readonly Task<(int[] ByUser, int[] ByMovie)> _sorting;
    private int _done;
    private int _durable;

    /// <summary>Starts to sort; the stretch gets no more entries.</summary>
    public RatingIndexing(UnindexedEntries entries)
    {
        _entries = entries;

        // Off the writer's thread, which commits on meanwhile.
        _sorting = Task.Run(entries.SortSlots);
    }

    /// <summary>Whether all of it is durably in the indexes.</summary>
    public bool Ended => _durable == RowCount;

    private int RowCount => _entries.Count * 2;

    /// <summary>Indexes on, inside the transaction that appends so many ratings.</summary>
    public void Advance(SqliteSession session, int ratings)
    {
        if (!_sorting.IsCompleted || _done == RowCount)
        {
            return;
        }

        var (byUser, byMovie) = _sorting.GetAwaiter().GetResult();
        var end = (int)Math.Min(RowCount, _done + ((long)ratings * RowsPerRating));
        IndexUsers(session, Slice(byUser, _done, end));
        IndexMovies(session, Slice(byMovie, _done - byUser.Length, end - byUser.Length));
        _done = end;
        if (_done == RowCount)
        {
            using var keep = session.Use(KeepIndexed).Bind(1, _entries.LastSequence);
            keep.Run();
        }
    }

    /// <summary>The transaction was committed.</summary>
    public void Keep() => _durable = _done;

    /// <summary>The transaction was rolled back.</summary>
    public void Rewind() => _done = _durable;

    private static ReadOnlySpan<int> Slice(int[] slots, int start, int end)
    {
        start = Math.Clamp(start, 0, slots.Length);
        return slots.AsSpan(start, Math.Clamp(end, start, slots.Length) - start);
    }

    private void IndexUsers(SqliteSession session, ReadOnlySpan<int> slots)
    {
        using var insert = session.Use(IndexUser);
        foreach (var slot in slots)
        {
            if (_entries.TryGet(slot, out var entry))
            {
                insert.Bind(1, entry.UserId).Bind(2, entry.Sequence).Run();
            }
        }
    }

    private void IndexMovies(SqliteSession session, ReadOnlySpan<int> slots)
    {
        using var insert = session.Use(IndexMovie);
        foreach (var slot in slots)
        {
            if (_entries.TryGet(slot, out var entry))
            {
                insert.Bind(1, entry.MovieId).Bind(2, entry.Sequence).Run();
            }
        }
    }
}
