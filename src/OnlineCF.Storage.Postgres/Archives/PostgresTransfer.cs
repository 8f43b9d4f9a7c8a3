using Npgsql;
using NpgsqlTypes;
using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Postgres.Models;

namespace OnlineCF.Storage.Postgres.Archives;

/// <summary>The shared database as archives see it.</summary>
/// <param name="store">The database. To be filled it is opened with <see cref="PostgresStoreOptions.IsToBeFilled"/>, and no silo is up.</param>
/// <param name="models">The models in it.</param>
public sealed class PostgresTransfer(PostgresStore store, PostgresModelStore models) : IStoreTransfer
{
    // Orleans' status of a silo that is up, and how long it may be silent and still be believed to be.
    private const string SelectSilos = """
        SELECT count(*) FROM OrleansMembershipTable WHERE Status = 3 AND IAmAliveTime > now() - interval '1 minute'
        """;

    private const string SelectArchive = "SELECT (SELECT archive FROM unfinished_restore)";

    private const string SelectAnything = """
        SELECT (SELECT sequence FROM rating_log_end) > 0 OR EXISTS (SELECT 1 FROM movies) OR (SELECT next_version FROM model_state) > 1
        """;

    private const string Copy = """
        COPY rating_log (sequence, kind, user_id, movie_id, value, rated_at_micros, replaced_value, replaced_at_micros)
        FROM STDIN (FORMAT BINARY)
        """;

    /// <inheritdoc/>
    public ValueTask<LogMarks> ReadMarksAsync(CancellationToken cancellationToken) => store.CommitAsync(
        async (connection, token) =>
        {
            var (sequence, forgotten) = await ReadEndAsync(connection, token).ConfigureAwait(false);
            await using var marks = new NpgsqlCommand(
                "SELECT coalesce(array_agg(sequence ORDER BY sequence), '{}') FROM rating_log_erasures", connection);
            return new LogMarks(sequence, forgotten, (long[])(await marks.ExecuteScalarAsync(token).ConfigureAwait(false))!);
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<int> ReadPartitionsAsync(CancellationToken cancellationToken) => store.RunAsync(
        async (connection, token) => (int)(await ScalarAsync(connection, "SELECT partitions FROM stream_partitions", token).ConfigureAwait(false))!,
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelMarks> ReadModelMarksAsync(CancellationToken cancellationToken) => models.ReadMarksAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask CopyModelAsync(long version, Stream target, CancellationToken cancellationToken) =>
        models.CopyAsync(version, target, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> BeginAsync(string archive, CancellationToken cancellationToken) => await store.CommitAsync(
        async (connection, token) =>
        {
            if ((long)(await ScalarAsync(connection, SelectSilos, token).ConfigureAwait(false))! is var silos and > 0)
            {
                throw new StoreNotEmptyException($"{silos} servers work on {store.Name}; stop them first. One that was killed counts as working for a minute.");
            }

            var unfinished = await ScalarAsync(connection, SelectArchive, token).ConfigureAwait(false) as string;
            if (unfinished is not null && unfinished != archive)
            {
                throw new StoreNotEmptyException($"{store.Name} is half filled from another archive. Restore that one again, or make the database anew.");
            }

            if (unfinished is null)
            {
                if ((bool)(await ScalarAsync(connection, SelectAnything, token).ConfigureAwait(false))!)
                {
                    throw new StoreNotEmptyException($"There are ratings, movies or models in {store.Name}; an archive is restored into an empty store.");
                }

                await ExecuteAsync(connection, "INSERT INTO unfinished_restore VALUES (0, $1)", token, archive).ConfigureAwait(false);
            }

            return (await ReadEndAsync(connection, token).ConfigureAwait(false)).Sequence;
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask AppendAsync(IReadOnlyList<RatingEntry> entries, CancellationToken cancellationToken) => await store.CommitAsync(
        async (connection, token) =>
        {
            await using (var copy = await connection.BeginBinaryImportAsync(Copy, token).ConfigureAwait(false))
            {
                foreach (var entry in entries)
                {
                    Write(copy, entry);
                }

                await copy.CompleteAsync(token).ConfigureAwait(false);
            }

            return await ExecuteAsync(connection, "UPDATE rating_log_end SET sequence = $1", token, entries[^1].Sequence).ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask AddModelAsync(ModelRecord model, Stream source, CancellationToken cancellationToken) =>
        models.AddAsync(model, source, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask FinishAsync(StoreMarks marks, CancellationToken cancellationToken)
    {
        await models.FinishAsync(marks.Models, marks.Rounds, cancellationToken).ConfigureAwait(false);
        await store.CommitAsync(
            async (connection, token) =>
            {
                await ExecuteAsync(
                    connection, "INSERT INTO rating_log_erasures SELECT unnest($1) ON CONFLICT DO NOTHING", token,
                    marks.Log.Erasures.ToArray()).ConfigureAwait(false);
                await ExecuteAsync(
                    connection, "UPDATE rating_log_end SET sequence = $1, forgotten_through = $2", token,
                    marks.Log.Sequence, marks.Log.ForgottenThrough).ConfigureAwait(false);
                return await ExecuteAsync(connection, "DELETE FROM unfinished_restore", token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static void Write(NpgsqlBinaryImporter copy, in RatingEntry entry)
    {
        copy.StartRow();
        copy.Write(entry.Sequence, NpgsqlDbType.Bigint);
        copy.Write((short)entry.Kind, NpgsqlDbType.Smallint);
        copy.Write(entry.UserId, NpgsqlDbType.Bigint);
        copy.Write(entry.MovieId, NpgsqlDbType.Bigint);
        copy.Write(entry.Value, NpgsqlDbType.Real);
        copy.Write(entry.RatedAtMicros, NpgsqlDbType.Bigint);
        copy.Write(entry.ReplacedValue, NpgsqlDbType.Real);
        copy.Write(entry.ReplacedAtMicros, NpgsqlDbType.Bigint);
    }

    private static async Task<(long Sequence, long Forgotten)> ReadEndAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var end = new NpgsqlCommand("SELECT sequence, forgotten_through FROM rating_log_end", connection);
        await using var rows = await end.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await rows.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (rows.GetInt64(0), rows.GetInt64(1));
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(arguments, argument => new NpgsqlParameter { Value = argument }));
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
