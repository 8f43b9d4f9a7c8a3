using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Storage.Ratings;

/// <summary>
/// The rating log as a table ordered by sequence, with indexes by user and by movie. Calls that wait
/// together share one commit. After the store is closed every call throws <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class SqliteRatingLog : IRatingLog
{
    private const string Insert =
        "INSERT INTO rating_log (sequence, kind, user_id, movie_id, value, rated_at_micros) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    private const string Select = "SELECT sequence, kind, user_id, movie_id, value, rated_at_micros FROM rating_log ";
    private const string SelectAfter = Select + "WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    private const string SelectUser = Select + "WHERE user_id = ?1 ORDER BY sequence";
    private const string SelectMovie = Select + "WHERE movie_id = ?1 ORDER BY sequence";

    // The rows alone do not tell: the last ones may have been erased.
    private const string SelectLast = """
        SELECT max(ifnull((SELECT max(sequence) FROM rating_log), 0), ifnull((SELECT sequence FROM log_end), 0))
        """;

    private const string KeepLast = "INSERT OR REPLACE INTO log_end (id, sequence) VALUES (0, ?1)";
    private const string EraseRatings = "DELETE FROM rating_log WHERE user_id = ?1 AND kind = 0";
    private const string MarkErased = "INSERT OR IGNORE INTO erasures SELECT sequence FROM rating_log WHERE user_id = ?1";

    private const string ForgetEntries =
        "DELETE FROM rating_log WHERE sequence IN (SELECT sequence FROM erasures WHERE sequence <= ?1)";

    private const string ForgetMarks = "DELETE FROM erasures WHERE sequence <= ?1";

    private readonly SqliteStore _store;
    private long _lastSequence;

    // The last sequence given in the open transaction; only the writer's thread touches it.
    private long _givenSequence;

    /// <summary>The log in this store, which stays the caller's to dispose.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public SqliteRatingLog(SqliteStore store)
    {
        _store = store;
        _lastSequence = store.Writer.RunAsync(new WriteFunction<long>(s => s.ReadInt64(SelectLast)), default)
            .AsTask().GetAwaiter().GetResult();
        _givenSequence = _lastSequence;
    }

    /// <inheritdoc/>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no changes, or one has a value that is not a number.</exception>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken)
    {
        RatingChanges.Validate(changes.Span);
        return _store.Writer.RunAsync(new AppendWork(this, changes), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadAsync(
        long afterSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _store.Readers.RunAsync<IReadOnlyList<RatingEntry>>(
            session =>
            {
                using var rows = session.Use(SelectAfter).Bind(1, afterSequence).Bind(2, limit);
                var expected = Math.Clamp(LastSequence - afterSequence, 0, Math.Min(limit, 65_536));
                return ReadEntries(rows, (int)expected);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken) =>
        ReadOneAsync(SelectUser, userId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(long movieId, CancellationToken cancellationToken) =>
        ReadOneAsync(SelectMovie, movieId, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken) =>
        _store.Writer.RunAsync(new EraseWork(this, userId), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken) =>
        await _store.Writer.RunAsync(new ForgetWork(this, throughSequence), cancellationToken);

    private ValueTask<IReadOnlyList<RatingEntry>> ReadOneAsync(
        string sql, long id, CancellationToken cancellationToken) =>
        _store.Readers.RunAsync<IReadOnlyList<RatingEntry>>(
            session =>
            {
                using var rows = session.Use(sql).Bind(1, id);
                return ReadEntries(rows, 0);
            },
            cancellationToken);

    private static List<RatingEntry> ReadEntries(SqliteStatement rows, int expected)
    {
        var entries = new List<RatingEntry>(expected);
        while (rows.Step())
        {
            entries.Add(new RatingEntry(
                rows.Int64(0),
                (RatingEntryKind)rows.Int32(1),
                rows.Int64(2),
                rows.Int64(3),
                (float)rows.Double(4),
                rows.Int64(5)));
        }

        return entries;
    }

    private long Append(SqliteSession session, ReadOnlySpan<RatingChange> changes)
    {
        using var insert = session.Use(Insert);
        foreach (var change in changes)
        {
            insert.Bind(1, ++_givenSequence).Bind(2, (long)change.Kind).Bind(3, change.UserId)
                .Bind(4, change.MovieId).Bind(5, (double)change.Value).Bind(6, change.RatedAtMicros).Run();
        }

        return _givenSequence;
    }


    private static void Run(SqliteSession session, string sql, long parameter)
    {
        using var statement = session.Use(sql).Bind(1, parameter);
        statement.Run();
    }

    /// <summary>A change of the log: gives sequences on the writer's thread and shows them once durable.</summary>
    private abstract class LogWork(SqliteRatingLog log) : WriteWork<long>
    {
        protected SqliteRatingLog Log { get; } = log;

        protected override void OnDurable(long result) => Volatile.Write(ref Log._lastSequence, Log._givenSequence);

        // A failed group was rolled back before, so what it gave may be given again.
        protected override void OnFailed() => Log._givenSequence = Log._lastSequence;
    }

    private sealed class AppendWork(SqliteRatingLog log, ReadOnlyMemory<RatingChange> changes) : LogWork(log)
    {
        public override int Weight => changes.Length;

        protected override long Write(SqliteSession session) => Log.Append(session, changes.Span);
    }

    private sealed class EraseWork(SqliteRatingLog log, long userId) : LogWork(log)
    {
        public override bool TruncatesLog => true;

        protected override long Write(SqliteSession session)
        {
            RatingChange[] deletions;
            using (var rows = session.Use(SelectUser).Bind(1, userId))
            {
                deletions = RatingChanges.DeletionsOfCurrent(ReadEntries(rows, 0));
            }

            Run(session, EraseRatings, userId);
            var last = Log.Append(session, deletions);
            Run(session, MarkErased, userId);
            Run(session, KeepLast, Log._givenSequence);
            return deletions.Length == 0 ? 0 : last;
        }
    }

    private sealed class ForgetWork(SqliteRatingLog log, long throughSequence) : LogWork(log)
    {
        public override bool TruncatesLog => true;

        protected override long Write(SqliteSession session)
        {
            Run(session, ForgetEntries, throughSequence);
            Run(session, ForgetMarks, throughSequence);
            Run(session, KeepLast, Log._givenSequence);
            return 0;
        }
    }
}
