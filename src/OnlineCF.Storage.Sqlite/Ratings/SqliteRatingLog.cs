using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Ratings;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Ratings;

/// <summary>
/// The rating log as a table ordered by sequence, with indexes by user and by movie that follow it in
/// stretches; what they do not have yet is kept in memory. Calls that wait together share one commit.
/// After the store is closed every call throws <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class SqliteRatingLog : IRatingLog
{
    private readonly SqliteStore _store;
    private readonly RatingLogTail _tail;
    private readonly UserSequences _users;
    private long _lastSequence;
    private long _forgottenThrough;

    // These belong to the writer's thread.
    private long _givenSequence;
    private RatingIndexing? _indexing;

    /// <summary>The log in this store, which stays the caller's to dispose; one log a store.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public SqliteRatingLog(SqliteStore store)
    {
        _store = store;
        var start = store.Readers.Log
            .RunAsync(RatingLogSql.Load, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
        (_givenSequence, _forgottenThrough, _tail, _users) = start;
        _lastSequence = _givenSequence;
        store.FollowEnd(() => KnownSequence);
    }

    /// <inheritdoc/>
    public long KnownSequence => Volatile.Read(ref _lastSequence);

    /// <inheritdoc/>
    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(KnownSequence);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no changes, they are of several users, or one has a value that is not a number.</exception>
    public ValueTask<long> AppendAsync(
        long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken)
    {
        RatingChanges.Validate(changes.Span);
        return _store.Writer.RunAsync(new AppendWork(this, expectedSequence, changes), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        // How far was forgotten is looked up after the entries: what they lack is then always told.
        return _store.Readers.Log.RunAsync(
            session => new LogPage(
                RatingLogSql.ReadAfter(session, afterSequence, limit, KnownSequence), Volatile.Read(ref _forgottenThrough)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _users.Of(userId) == 0
            ? new([])
            : _store.Readers.Users.RunAsync<IReadOnlyList<RatingEntry>>(session => ReadUser(session, userId), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(
        long movieId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return _store.Readers.Movies.RunAsync<IReadOnlyList<RatingEntry>>(
            session =>
            {
                var (indexedThrough, recent) = _tail.OfMovie(movieId, limit);
                return RatingLogSql.ReadMovie(session, movieId, limit, indexedThrough, recent);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken) =>
        _store.Writer.RunAsync(new EraseWork(this, userId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken) => _store.Readers.Log.RunAsync(
        session => Math.Max(session.ReadInt64(RatingLogSql.SelectLastErasure), Volatile.Read(ref _forgottenThrough)), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken)
    {
        // Nothing to forget is the rule, and must not cost the writer a commit and an empty log.
        if (await _store.Readers.Log.RunAsync(
            session => RatingLogSql.HasErasures(session, throughSequence), cancellationToken))
        {
            await _store.Writer.RunAsync(new ForgetWork(this, throughSequence), cancellationToken);
        }
    }

    // The tail first: what leaves it meanwhile has come into the index.
    private List<RatingEntry> ReadUser(SqliteSession session, long userId)
    {
        var (indexedThrough, recent) = _tail.OfUser(userId);
        return RatingLogSql.ReadUser(session, userId, indexedThrough, recent);
    }

    private long Insert(SqliteSession session, ReadOnlySpan<RatingChange> changes)
    {
        _givenSequence = RatingLogSql.Insert(session, _givenSequence + 1, changes);
        if (changes.Length > 0)
        {
            _users.Give(changes[0].UserId, _givenSequence);
        }

        return _givenSequence;
    }

    private void OnAppended(long lastSequence, ReadOnlySpan<RatingChange> changes)
    {
        _users.Keep();
        _tail.Add(lastSequence - changes.Length + 1, changes);
        Volatile.Write(ref _lastSequence, lastSequence);
        _indexing?.Keep();
        if (_indexing is { Ended: true })
        {
            _tail.EndIndexing();
            _indexing = null;
        }

        if (_indexing is null && _tail.GrowingCount >= _store.Options.IndexingStretch)
        {
            _indexing = new RatingIndexing(_tail.StartIndexing());
        }
    }

    /// <summary>A change of the log, which gives sequences on the writer's thread.</summary>
    private abstract class LogWork(SqliteRatingLog log) : WriteWork<long>
    {
        protected SqliteRatingLog Log { get; } = log;

        // Nobody has seen what the group gave, so it may be given again.
        public sealed override void RolledBack()
        {
            Log._givenSequence = Log._lastSequence;
            Log._users.Rewind();
            Log._indexing?.Rewind();
        }
    }

    private sealed class AppendWork(SqliteRatingLog log, long expectedSequence, ReadOnlyMemory<RatingChange> changes)
        : LogWork(log)
    {
        public override int Weight => changes.Length;

        protected override long Write(SqliteSession session)
        {
            var userId = changes.Span[0].UserId;
            if (Log._users.Of(userId) is var last && last > expectedSequence)
            {
                Refuse(ConcurrentWriterException.Of(userId, expectedSequence, last));
                return 0;
            }

            Log._indexing?.Advance(session, changes.Length);
            return Log.Insert(session, changes.Span);
        }

        protected override void OnCommitted(long result) => Log.OnAppended(result, changes.Span);
    }

    private sealed class EraseWork(SqliteRatingLog log, long userId) : LogWork(log)
    {
        private RatingEntry[] _erased = [];
        private RatingEntry[] _kept = [];
        private RatingChange[] _deletions = [];

        public override bool IsAlone => true;

        protected override long Write(SqliteSession session)
        {
            var entries = Log.ReadUser(session, userId);
            _erased = [.. entries.Where(entry => entry.Kind != RatingEntryKind.Deleted)];
            _deletions = RatingChanges.DeletionsOfCurrent(entries);
            _kept = [.. entries.Where(entry => entry.Kind == RatingEntryKind.Deleted)];
            RatingLogSql.Delete(session, _erased);
            RatingLogSql.Blank(session, _kept);

            // Deletions before this one may still have to reach readers; they go with the new ones.
            var first = Log._givenSequence + 1;
            var last = Log.Insert(session, _deletions);
            var kept = _kept.Select(entry => entry.Sequence);
            RatingLogSql.MarkErasures(session, kept.Concat(Enumerable.Range(0, _deletions.Length).Select(i => first + i)));
            RatingLogSql.KeepEnd(session, last);
            return _deletions.Length == 0 ? 0 : last;
        }

        protected override void OnCommitted(long result)
        {
            Log._tail.Remove(_erased.Select(entry => entry.Sequence));
            Log._tail.Blank(_kept);
            Log.OnAppended(Log._givenSequence, _deletions);
        }
    }

    private sealed class ForgetWork(SqliteRatingLog log, long throughSequence) : LogWork(log)
    {
        private List<RatingEntry> _forgotten = [];

        public override bool IsAlone => true;

        protected override long Write(SqliteSession session)
        {
            _forgotten = RatingLogSql.ReadErasures(session, throughSequence);
            RatingLogSql.Delete(session, _forgotten);
            RatingLogSql.UnmarkErasures(session, throughSequence);
            if (_forgotten.Count > 0)
            {
                RatingLogSql.KeepForgotten(session, _forgotten[^1].Sequence);
            }

            RatingLogSql.KeepEnd(session, Log._givenSequence);
            return Log._givenSequence;
        }

        protected override void OnCommitted(long result)
        {
            Log._tail.Remove(_forgotten.Select(entry => entry.Sequence));
            if (_forgotten.Count > 0)
            {
                Volatile.Write(ref Log._forgottenThrough, _forgotten[^1].Sequence);
            }
        }
    }
}
