using Npgsql;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Ratings;

namespace OnlineCF.Storage.Postgres.Ratings;

/// <summary>
/// The rating log as a table that several silos append to. Appends of one silo that wait together share one commit;
/// those of all silos follow each other by the lock of one row, so that sequences become visible in their order.
/// Erased values are gone from everything that can be read when an erasure returns; the space they had on PostgreSQL's
/// disk is overwritten by its vacuum, and its write-ahead log goes the way that its archiving sets.
/// </summary>
public sealed class PostgresRatingLog : IRatingLog, IDisposable
{
    private const string SelectEntry =
        "SELECT sequence, kind, user_id, movie_id, value, rated_at_micros, replaced_value, replaced_at_micros FROM rating_log ";

    private const string SelectAfter = SelectEntry + "WHERE sequence > $1 ORDER BY sequence LIMIT $2";
    private const string SelectUser = SelectEntry + "WHERE user_id = $1 ORDER BY user_id, sequence";
    private const string SelectMovie = SelectEntry + "WHERE movie_id = $1 ORDER BY movie_id DESC, sequence DESC LIMIT $2";
    private const string SelectEnd = "SELECT sequence FROM rating_log_end";
    private const string SelectForgotten = "SELECT forgotten_through FROM rating_log_end";

    private readonly PostgresStore _store;
    private readonly PostgresLogTail _tail;
    private readonly RatingLogWriter _writer;

    /// <summary>The log in this store, which stays the caller's to dispose; one log a store and process.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public PostgresRatingLog(PostgresStore store)
    {
        _store = store;
        _tail = new PostgresLogTail(store, store.Run(connection =>
        {
            using var end = new NpgsqlCommand(SelectEnd, connection);
            return (long)end.ExecuteScalar()!;
        }));
        _writer = new RatingLogWriter(store, _tail.Advance);
    }

    /// <inheritdoc/>
    public long KnownSequence => _tail.Sequence;

    /// <summary>Finishes the appends that wait. Later ones fail.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        _tail.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask<long> ReadEndAsync(CancellationToken cancellationToken)
    {
        var end = await ScalarAsync(SelectEnd, null, cancellationToken).ConfigureAwait(false);
        _tail.Advance(end);
        return end;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are no changes, they are of several users, or one has a value that is not a number.</exception>
    public ValueTask<long> AppendAsync(
        long expectedSequence, ReadOnlyMemory<RatingChange> changes, CancellationToken cancellationToken)
    {
        RatingChanges.Validate(changes.Span);
        return _writer.AppendAsync(new AppendWork(expectedSequence, changes), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);

        // How far was forgotten is looked up after the entries: what they lack is then always told.
        return _store.RunAsync(
            async (connection, token) =>
            {
                await using var batch = new NpgsqlBatch(connection)
                {
                    BatchCommands =
                    {
                        new(SelectAfter) { Parameters = { new() { Value = afterSequence }, new() { Value = limit } } },
                        new(SelectForgotten),
                    },
                };
                await using var rows = await batch.ExecuteReaderAsync(token).ConfigureAwait(false);
                var entries = await ReadEntriesAsync(rows, token).ConfigureAwait(false);
                await rows.NextResultAsync(token).ConfigureAwait(false);
                await rows.ReadAsync(token).ConfigureAwait(false);
                return new LogPage(entries, rows.GetInt64(0));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RatingEntry>> ReadUserAsync(long userId, CancellationToken cancellationToken) =>
        await EntriesAsync(SelectUser, [userId], cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RatingEntry>> ReadMovieAsync(
        long movieId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var entries = await EntriesAsync(SelectMovie, [movieId, limit], cancellationToken).ConfigureAwait(false);
        entries.Reverse();
        return entries;
    }

    /// <inheritdoc/>
    public async ValueTask<long> EraseUserAsync(long userId, CancellationToken cancellationToken)
    {
        var last = await ScalarAsync("SELECT erase_user($1)", userId, cancellationToken).ConfigureAwait(false);
        _tail.Advance(last);
        return last;
    }

    /// <inheritdoc/>
    public ValueTask<long> ReadLastErasureAsync(CancellationToken cancellationToken) => ScalarAsync(
        "SELECT greatest(forgotten_through, (SELECT max(sequence) FROM rating_log_erasures)) FROM rating_log_end", null, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ForgetErasedAsync(long throughSequence, CancellationToken cancellationToken) =>
        await ScalarAsync("SELECT 0::bigint FROM forget_erased($1)", throughSequence, cancellationToken).ConfigureAwait(false);

    private ValueTask<long> ScalarAsync(string sql, long? argument, CancellationToken cancellationToken) => _store.RunAsync(
        async (connection, token) =>
        {
            await using var command = new NpgsqlCommand(sql, connection);
            if (argument is { } value)
            {
                command.Parameters.Add(new() { Value = value });
            }

            return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        },
        cancellationToken);

    private ValueTask<List<RatingEntry>> EntriesAsync(string sql, object[] arguments, CancellationToken cancellationToken) =>
        _store.RunAsync(
            async (connection, token) =>
            {
                await using var command = new NpgsqlCommand(sql, connection);
                command.Parameters.AddRange(Array.ConvertAll(arguments, argument => new NpgsqlParameter { Value = argument }));
                await using var rows = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                return await ReadEntriesAsync(rows, token).ConfigureAwait(false);
            },
            cancellationToken);

    private static async Task<List<RatingEntry>> ReadEntriesAsync(NpgsqlDataReader rows, CancellationToken token)
    {
        var entries = new List<RatingEntry>();
        while (await rows.ReadAsync(token).ConfigureAwait(false))
        {
            entries.Add(new RatingEntry(
                rows.GetInt64(0),
                (RatingEntryKind)rows.GetInt16(1),
                rows.GetInt64(2),
                rows.GetInt64(3),
                rows.GetFloat(4),
                rows.GetInt64(5),
                rows.GetFloat(6),
                rows.GetInt64(7)));
        }

        return entries;
    }
}
