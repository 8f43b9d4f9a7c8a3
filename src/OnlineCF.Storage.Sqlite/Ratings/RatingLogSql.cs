using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>The statements of the rating log, but those that fill the indexes.</summary>
internal static class RatingLogSql
{
    private const int LoadPage = 65_536;

    private const string InsertEntry =
        """
        INSERT INTO rating_log (sequence, kind, user_id, movie_id, value, rated_at_micros, replaced_value, replaced_at_micros)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        """;

    private const string SelectEntry =
        "SELECT l.sequence, l.kind, l.user_id, l.movie_id, l.value, l.rated_at_micros, l.replaced_value, l.replaced_at_micros ";

    private const string SelectAfter =
        SelectEntry + "FROM rating_log AS l WHERE l.sequence > ?1 ORDER BY l.sequence LIMIT ?2";

    private const string SelectUser = SelectEntry + """
        FROM rating_log_by_user AS i JOIN rating_log AS l ON l.sequence = i.sequence
        WHERE i.user_id = ?1 AND i.sequence <= ?2 ORDER BY i.sequence
        """;

    private const string SelectMovie = SelectEntry + """
        FROM rating_log_by_movie AS i JOIN rating_log AS l ON l.sequence = i.sequence
        WHERE i.movie_id = ?1 AND i.sequence <= ?2 ORDER BY i.sequence DESC LIMIT ?3
        """;

    private const string SelectAnyErasure = "SELECT 1 FROM rating_log_erasures WHERE sequence <= ?1 LIMIT 1";

    internal const string SelectLastErasure = "SELECT ifnull((SELECT max(sequence) FROM rating_log_erasures), 0)";

    private const string SelectErasures = SelectEntry + """
        FROM rating_log_erasures AS e JOIN rating_log AS l ON l.sequence = e.sequence
        WHERE e.sequence <= ?1 ORDER BY e.sequence
        """;

    // The rows alone do not tell: the last ones may have been erased.
    internal const string SelectEnd = """
        SELECT max(
            ifnull((SELECT max(sequence) FROM rating_log), 0),
            ifnull((SELECT sequence FROM rating_log_end), 0))
        """;

    // One look-up a user, not one row a rating: each step leaps to the next user's first entry.
    private const string SelectUsers = """
        WITH RECURSIVE users (user_id) AS (
            SELECT min(user_id) FROM rating_log_by_user
            UNION ALL
            SELECT (SELECT min(i.user_id) FROM rating_log_by_user AS i WHERE i.user_id > users.user_id)
            FROM users WHERE users.user_id IS NOT NULL
        )
        SELECT user_id, (SELECT max(i.sequence) FROM rating_log_by_user AS i WHERE i.user_id = users.user_id)
        FROM users WHERE user_id IS NOT NULL
        """;

    internal const string SelectForgotten = "SELECT ifnull((SELECT sequence FROM rating_log_forgotten), 0)";
    private const string ReplaceForgotten = "INSERT OR REPLACE INTO rating_log_forgotten (id, sequence) VALUES (0, ?1)";
    private const string BlankEntry = "UPDATE rating_log SET replaced_value = 0, replaced_at_micros = 0 WHERE sequence = ?1";
    private const string SelectIndexed = "SELECT sequence FROM rating_log_indexed";
    private const string ReplaceEnd = "INSERT OR REPLACE INTO rating_log_end (id, sequence) VALUES (0, ?1)";
    private const string InsertErasure = "INSERT OR IGNORE INTO rating_log_erasures (sequence) VALUES (?1)";
    private const string DeleteErasures = "DELETE FROM rating_log_erasures WHERE sequence <= ?1";
    private const string DeleteEntry = "DELETE FROM rating_log WHERE sequence = ?1";
    private const string DeleteByUser = "DELETE FROM rating_log_by_user WHERE user_id = ?1 AND sequence = ?2";
    private const string DeleteByMovie = "DELETE FROM rating_log_by_movie WHERE movie_id = ?1 AND sequence = ?2";

    /// <summary>Reads what a log keeps in memory: its ends, its users and everything that the indexes do not have.</summary>
    public static RatingLogStart Load(SqliteSession session)
    {
        var indexedThrough = session.ReadInt64(SelectIndexed);
        var tail = new RatingLogTail(indexedThrough);
        var users = new UserSequences();
        using (var rows = session.Use(SelectUsers))
        {
            while (rows.Step())
            {
                users.Set(rows.Int64(0), rows.Int64(1));
            }
        }

        for (var page = ReadAfter(session, indexedThrough, LoadPage, long.MaxValue); page.Count > 0;)
        {
            tail.Add(page);
            page.ForEach(entry => users.Set(entry.UserId, entry.Sequence));
            page = ReadAfter(session, page[^1].Sequence, LoadPage, long.MaxValue);
        }

        return new RatingLogStart(session.ReadInt64(SelectEnd), session.ReadInt64(SelectForgotten), tail, users);
    }

    /// <summary>Entries after a sequence; <paramref name="lastSequence"/> tells how many there can be.</summary>
    public static List<RatingEntry> ReadAfter(SqliteSession session, long afterSequence, int limit, long lastSequence)
    {
        using var rows = session.Use(SelectAfter).Bind(1, afterSequence).Bind(2, limit);
        var most = Math.Min(limit, Math.Max(0, lastSequence - Math.Max(0, afterSequence)));
        return Read(rows, new List<RatingEntry>((int)Math.Min(most, LoadPage)));
    }

    /// <summary>The user's entries up to <paramref name="indexedThrough"/>, and the recent ones after them.</summary>
    public static List<RatingEntry> ReadUser(
        SqliteSession session, long userId, long indexedThrough, List<RatingEntry> recent) =>
        ReadIndexed(session, userId, indexedThrough, recent);

    /// <summary>
    /// The movie's newest entries up to <paramref name="indexedThrough"/>, and the recent ones after them, at most
    /// <paramref name="limit"/> together.
    /// </summary>
    public static List<RatingEntry> ReadMovie(
        SqliteSession session, long movieId, int limit, long indexedThrough, List<RatingEntry> recent)
    {
        using var rows = session.Use(SelectMovie).Bind(1, movieId).Bind(2, indexedThrough).Bind(3, limit - recent.Count);
        var entries = Read(rows, []);
        entries.Reverse();
        entries.AddRange(recent);
        return entries;
    }

    /// <summary>Whether there are deletions of erased users up to a sequence.</summary>
    public static bool HasErasures(SqliteSession session, long throughSequence)
    {
        using var rows = session.Use(SelectAnyErasure).Bind(1, throughSequence);
        return rows.Step();
    }

    /// <summary>Deletions of erased users up to a sequence.</summary>
    public static List<RatingEntry> ReadErasures(SqliteSession session, long throughSequence)
    {
        using var rows = session.Use(SelectErasures).Bind(1, throughSequence);
        return Read(rows, []);
    }

    /// <summary>Writes the changes from this sequence on.</summary>
    /// <returns>The last sequence.</returns>
    public static long Insert(SqliteSession session, long firstSequence, ReadOnlySpan<RatingChange> changes)
    {
        using var insert = session.Use(InsertEntry);
        foreach (var change in changes)
        {
            insert.Bind(1, firstSequence++).Bind(2, (long)change.Kind).Bind(3, change.UserId)
                .Bind(4, change.MovieId).Bind(5, (double)change.Value).Bind(6, change.RatedAtMicros)
                .Bind(7, (double)change.ReplacedValue).Bind(8, change.ReplacedAtMicros).Run();
        }

        return firstSequence - 1;
    }

    /// <summary>Writes entries under the sequences that they have.</summary>
    public static void Insert(SqliteSession session, IReadOnlyList<RatingEntry> entries)
    {
        using var insert = session.Use(InsertEntry);
        foreach (var entry in entries)
        {
            insert.Bind(1, entry.Sequence).Bind(2, (long)entry.Kind).Bind(3, entry.UserId)
                .Bind(4, entry.MovieId).Bind(5, (double)entry.Value).Bind(6, entry.RatedAtMicros)
                .Bind(7, (double)entry.ReplacedValue).Bind(8, entry.ReplacedAtMicros).Run();
        }
    }

    /// <summary>Deletes entries from the log and from the indexes, which may have them already.</summary>
    public static void Delete(SqliteSession session, IReadOnlyCollection<RatingEntry> entries)
    {
        using var deleteEntry = session.Use(DeleteEntry);
        using var deleteByUser = session.Use(DeleteByUser);
        using var deleteByMovie = session.Use(DeleteByMovie);
        foreach (var entry in entries)
        {
            deleteEntry.Bind(1, entry.Sequence).Run();
            deleteByUser.Bind(1, entry.UserId).Bind(2, entry.Sequence).Run();
            deleteByMovie.Bind(1, entry.MovieId).Bind(2, entry.Sequence).Run();
        }
    }

    /// <summary>Remembers that these deletions stand for erased ratings.</summary>
    public static void MarkErasures(SqliteSession session, IEnumerable<long> sequences)
    {
        using var insert = session.Use(InsertErasure);
        foreach (var sequence in sequences)
        {
            insert.Bind(1, sequence).Run();
        }
    }

    /// <summary>Forgets them.</summary>
    public static void UnmarkErasures(SqliteSession session, long throughSequence)
    {
        using var delete = session.Use(DeleteErasures).Bind(1, throughSequence);
        delete.Run();
    }

    /// <summary>Takes from these deletions what they replaced.</summary>
    public static void Blank(SqliteSession session, IEnumerable<RatingEntry> entries)
    {
        using var update = session.Use(BlankEntry);
        foreach (var entry in entries)
        {
            update.Bind(1, entry.Sequence).Run();
        }
    }

    /// <summary>Remembers how far deletions of erased users are dropped.</summary>
    public static void KeepForgotten(SqliteSession session, long sequence)
    {
        using var replace = session.Use(ReplaceForgotten).Bind(1, sequence);
        replace.Run();
    }

    /// <summary>Keeps the highest sequence given, whatever becomes of its row.</summary>
    public static void KeepEnd(SqliteSession session, long sequence)
    {
        using var replace = session.Use(ReplaceEnd).Bind(1, sequence);
        replace.Run();
    }

    private static List<RatingEntry> ReadIndexed(
        SqliteSession session, long userId, long indexedThrough, List<RatingEntry> recent)
    {
        using var rows = session.Use(SelectUser).Bind(1, userId).Bind(2, indexedThrough);
        var entries = Read(rows, []);
        entries.AddRange(recent);
        return entries;
    }

    private static List<RatingEntry> Read(SqliteStatement rows, List<RatingEntry> entries)
    {
        while (rows.Step())
        {
            entries.Add(new RatingEntry(
                rows.Int64(0),
                (RatingEntryKind)rows.Int32(1),
                rows.Int64(2),
                rows.Int64(3),
                (float)rows.Double(4),
                rows.Int64(5),
                (float)rows.Double(6),
                rows.Int64(7)));
        }

        return entries;
    }
}

/// <summary>What a rating log keeps in memory, as it is when the log is opened.</summary>
internal sealed record RatingLogStart(long LastSequence, long ForgottenThrough, RatingLogTail Tail, UserSequences Users);
