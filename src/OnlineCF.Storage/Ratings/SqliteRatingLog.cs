using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Storage.Ratings;

/// <summary>
/// The rating log as a table ordered by sequence, with indexes by user and by movie that follow it in
/// stretches; what they do not have yet is kept in memory. Calls that wait together share one commit.
/// After the store is closed every call throws <see cref="StoreUnavailableException"/>.
/// </summary>
public sealed class SqliteRatingLog : IRatingLog
{
    private readonly SqliteStore _store;
    private readonly RatingLogTail _tail;
    private long _lastSequence;

    // These belong to the writer's thread.
    private long _givenSequence;
    private RatingIndexing? _indexing;

    /// <summary>The log in this store, which stays the caller's to dispose; one log a store.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public SqliteRatingLog(SqliteStore store)
    {
        _store = store;
        (_givenSequence, _tail) = store.Readers.Log
            .RunAsync(RatingLogSql.Load, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
        _lastSequence = _givenSequence;
        store.FollowEnd(() => LastSequence);
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
        return _store.Readers.Log.RunAsync<IReadOnlyList<RatingEntry>>(
            session => RatingLogSql.ReadAfter(session, afterSequence, limit, LastSequence), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken) =>
        _store.Readers.Users.RunAsync<IReadOnlyList<RatingEntry>>(
            session => ReadUser(session, userId), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(long movieId, CancellationToken cancellationToken) =>
        _store.Readers.Movies.RunAsync<IReadOnlyList<RatingEntry>>(
            session =>
            {
                var (indexedThrough, recent) = _tail.OfMovie(movieId);
                return RatingLogSql.ReadMovie(session, movieId, indexedThrough, recent);
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken) =>
        _store.Writer.RunAsync(new EraseWork(this, userId), cancellationToken);

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

    private long Insert(SqliteSession session, ReadOnlySpan<RatingChange> changes) =>
        _givenSequence = RatingLogSql.Insert(session, _givenSequence + 1, changes);

    private void OnAppended(long lastSequence, ReadOnlySpan<RatingChange> changes)
    {
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
            Log._indexing?.Rewind();
        }
    }

    private sealed class AppendWork(SqliteRatingLog log, ReadOnlyMemory<RatingChange> changes) : LogWork(log)
    {
        public override int Weight => changes.Length;

        protected override long Write(SqliteSession session)
        {
            Log._indexing?.Advance(session, changes.Length);
            return Log.Insert(session, changes.Span);
        }

        protected override void OnCommitted(long result) => Log.OnAppended(result, changes.Span);
    }

    private sealed class EraseWork(SqliteRatingLog log, long userId) : LogWork(log)
    {
        private RatingEntry[] _erased = [];
        private RatingChange[] _deletions = [];

        public override bool Erases => true;

        protected override long Write(SqliteSession session)
        {
            var entries = Log.ReadUser(session, userId);
            _erased = [.. entries.Where(entry => entry.Kind == RatingEntryKind.Rated)];
            _deletions = RatingChanges.DeletionsOfCurrent(entries);
            RatingLogSql.Delete(session, _erased);

            // Deletions before this one may still have to reach readers; they go with the new ones.
            var first = Log._givenSequence + 1;
            var last = Log.Insert(session, _deletions);
            var kept = entries.Where(entry => entry.Kind != RatingEntryKind.Rated).Select(entry => entry.Sequence);
            RatingLogSql.MarkErasures(session, kept.Concat(Enumerable.Range(0, _deletions.Length).Select(i => first + i)));
            RatingLogSql.KeepEnd(session, last);
            return _deletions.Length == 0 ? 0 : last;
        }

        protected override void OnCommitted(long result)
        {
            Log._tail.Remove(_erased.Select(entry => entry.Sequence));
            Log.OnAppended(Log._givenSequence, _deletions);
        }
    }

    private sealed class ForgetWork(SqliteRatingLog log, long throughSequence) : LogWork(log)
    {
        private List<RatingEntry> _forgotten = [];

        public override bool Erases => true;

        protected override long Write(SqliteSession session)
        {
            _forgotten = RatingLogSql.ReadErasures(session, throughSequence);
            RatingLogSql.Delete(session, _forgotten);
            RatingLogSql.UnmarkErasures(session, throughSequence);
            RatingLogSql.KeepEnd(session, Log._givenSequence);
            return Log._givenSequence;
        }

        protected override void OnCommitted(long result) =>
            Log._tail.Remove(_forgotten.Select(entry => entry.Sequence));
    }
}
