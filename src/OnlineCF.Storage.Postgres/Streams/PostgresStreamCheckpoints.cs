using Npgsql;
using NpgsqlTypes;
using OnlineCF.Core.Streams;

namespace OnlineCF.Storage.Postgres.Streams;

/// <summary>Checkpoints as rows of the shared database. Of two activations of a partition the one that is behind saves nothing.</summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class PostgresStreamCheckpoints(PostgresStore store) : IStreamCheckpoints
{
    private const string LockPartitions = "SELECT partitions FROM stream_partitions FOR UPDATE";
    private const string SelectSequence = "SELECT coalesce((SELECT sequence FROM stream_checkpoints WHERE partition = $1), 0)";
    private const string SelectRows = "SELECT key, state FROM stream_rows WHERE partition = $1 AND key > $2 ORDER BY key LIMIT $3";

    // The row's lock, held to the commit, keeps the rows of an older subscriber out.
    private const string SaveSequence = """
        INSERT INTO stream_checkpoints AS c (partition, sequence) VALUES ($1, $2)
        ON CONFLICT (partition) DO UPDATE SET sequence = excluded.sequence WHERE c.sequence <= excluded.sequence
        """;

    private const string SaveRows = """
        INSERT INTO stream_rows (partition, key, state) SELECT $1, u.key, u.state FROM unnest($2, $3) AS u (key, state)
        ON CONFLICT (partition, key) DO UPDATE SET state = excluded.state
        """;

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(int partitions, CancellationToken cancellationToken) => await store.CommitAsync(
        async (connection, token) =>
        {
            await using var known = new NpgsqlCommand(LockPartitions, connection);
            if ((int)(await known.ExecuteScalarAsync(token).ConfigureAwait(false))! != partitions)
            {
                await ExecuteAsync(connection, "UPDATE stream_partitions SET partitions = $1", token, partitions).ConfigureAwait(false);
                await ExecuteAsync(connection, "DELETE FROM stream_checkpoints", token).ConfigureAwait(false);
                await ExecuteAsync(connection, "DELETE FROM stream_rows", token).ConfigureAwait(false);
            }

            return true;
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<long> LoadSequenceAsync(int partition, CancellationToken cancellationToken) => store.RunAsync(
        async (connection, token) =>
        {
            await using var command = CommandOf(connection, SelectSequence, partition);
            return (long)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
        },
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamRow>> LoadRowsAsync(
        int partition, long afterKey, int limit, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<StreamRow>>(
            async (connection, token) =>
            {
                await using var command = CommandOf(connection, SelectRows, partition, afterKey, limit);
                await using var rows = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                var page = new List<StreamRow>();
                while (await rows.ReadAsync(token).ConfigureAwait(false))
                {
                    page.Add(new StreamRow(rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
                }

                return page;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(int partition, StreamCheckpoint checkpoint, CancellationToken cancellationToken) =>
        store.CommitAsync(
            async (connection, token) =>
            {
                if (await ExecuteAsync(connection, SaveSequence, token, partition, checkpoint.Sequence).ConfigureAwait(false) == 0)
                {
                    return false;
                }

                await SaveRowsAsync(connection, partition, checkpoint.Rows, token).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask ClearAsync(int partition, CancellationToken cancellationToken) => await store.CommitAsync(
        async (connection, token) =>
        {
            await ExecuteAsync(connection, "DELETE FROM stream_checkpoints WHERE partition = $1", token, partition).ConfigureAwait(false);
            return await ExecuteAsync(connection, "DELETE FROM stream_rows WHERE partition = $1", token, partition).ConfigureAwait(false);
        },
        cancellationToken).ConfigureAwait(false);

    private static async Task SaveRowsAsync(
        NpgsqlConnection connection, int partition, IReadOnlyList<StreamRow> rows, CancellationToken cancellationToken)
    {
        // One statement may change a row once; of two with one key the later counts.
        var last = new Dictionary<long, ReadOnlyMemory<byte>>(rows.Count);
        foreach (var row in rows)
        {
            last[row.Key] = row.State;
        }

        if (last.Count > 0)
        {
            await using var command = CommandOf(connection, SaveRows, partition);
            command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint, Value = last.Keys.ToArray() });
            command.Parameters.Add(new()
            {
                NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea,
                Value = last.Values.Select(state => state.ToArray()).ToArray(),
            });
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<int> ExecuteAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] arguments)
    {
        await using var command = CommandOf(connection, sql, arguments);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlCommand CommandOf(NpgsqlConnection connection, string sql, params object[] arguments)
    {
        var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(Array.ConvertAll(arguments, argument => new NpgsqlParameter { Value = argument }));
        return command;
    }
}
