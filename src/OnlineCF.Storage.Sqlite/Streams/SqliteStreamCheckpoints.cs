using OnlineCF.Core.Streams;
using OnlineCF.Storage.Sqlite.Database;

namespace OnlineCF.Storage.Sqlite.Streams;

/// <summary>Checkpoints as rows of the embedded database.</summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class SqliteStreamCheckpoints(SqliteStore store) : IStreamCheckpoints
{
    private const string SelectPartitions = "SELECT partitions FROM stream_partitions";
    private const string KeepPartitions = "INSERT OR REPLACE INTO stream_partitions (id, partitions) VALUES (0, ?1)";
    private const string SelectSequence = "SELECT sequence FROM stream_checkpoints WHERE partition = ?1";

    private const string SelectRows =
        "SELECT key, state FROM stream_rows WHERE partition = ?1 AND key > ?2 ORDER BY key LIMIT ?3";

    private const string SaveSequence = """
        INSERT INTO stream_checkpoints (partition, sequence) VALUES (?1, ?2)
        ON CONFLICT (partition) DO UPDATE SET sequence = excluded.sequence
        """;

    private const string SaveRow = """
        INSERT INTO stream_rows (partition, key, state) VALUES (?1, ?2, ?3)
        ON CONFLICT (partition, key) DO UPDATE SET state = excluded.state
        """;

    private const string ClearSequence = "DELETE FROM stream_checkpoints WHERE partition = ?1";
    private const string ClearRows = "DELETE FROM stream_rows WHERE partition = ?1";
    private const string ClearAllSequences = "DELETE FROM stream_checkpoints";
    private const string ClearAllRows = "DELETE FROM stream_rows";

    /// <inheritdoc/>
    public async ValueTask PrepareAsync(int partitions, CancellationToken cancellationToken)
    {
        var known = await store.Readers.Log.RunAsync(session => session.ReadInt64(SelectPartitions), cancellationToken);
        if (known != partitions)
        {
            await WriteAsync(session => Repartition(session, partitions), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> LoadSequenceAsync(int partition, CancellationToken cancellationToken) =>
        store.Readers.Log.RunAsync(session => SequenceOf(session, partition), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StreamRow>> LoadRowsAsync(
        int partition, long afterKey, int limit, CancellationToken cancellationToken) =>
        store.Readers.Log.RunAsync<IReadOnlyList<StreamRow>>(
            session =>
            {
                using var rows = session.Use(SelectRows).Bind(1, partition).Bind(2, afterKey).Bind(3, limit);
                var page = new List<StreamRow>();
                while (rows.Step())
                {
                    page.Add(new StreamRow(rows.Int64(0), rows.Blob(1).ToArray()));
                }

                return page;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> SaveAsync(int partition, StreamCheckpoint checkpoint, CancellationToken cancellationToken) =>
        store.Writer.RunAsync(new SaveWork(partition, checkpoint), cancellationToken);

    /// <inheritdoc/>
    public ValueTask ClearAsync(int partition, CancellationToken cancellationToken) => WriteAsync(
        session =>
        {
            session.Use(ClearSequence).Bind(1, partition).Run();
            session.Use(ClearRows).Bind(1, partition).Run();
        },
        cancellationToken);

    private static void Repartition(SqliteSession session, int partitions)
    {
        // Another caller may have come first, and rows may have been saved since.
        if (session.ReadInt64(SelectPartitions) != partitions)
        {
            session.Use(ClearAllSequences).Run();
            session.Use(ClearAllRows).Run();
            session.Use(KeepPartitions).Bind(1, partitions).Run();
        }
    }

    private static long SequenceOf(SqliteSession session, int partition)
    {
        using var rows = session.Use(SelectSequence).Bind(1, partition);
        return rows.Step() ? rows.Int64(0) : 0;
    }

    private async ValueTask WriteAsync(Action<SqliteSession> write, CancellationToken cancellationToken) =>
        await store.Writer.RunAsync(
            new WriteFunction<bool>(session =>
            {
                write(session);
                return true;
            }),
            cancellationToken);

    private sealed class SaveWork(int partition, StreamCheckpoint checkpoint) : WriteWork<bool>
    {
        public override int Weight => 1 + checkpoint.Rows.Count;

        protected override bool Write(SqliteSession session)
        {
            if (SequenceOf(session, partition) > checkpoint.Sequence)
            {
                return false;
            }

            session.Use(SaveSequence).Bind(1, partition).Bind(2, checkpoint.Sequence).Run();
            using var save = session.Use(SaveRow).Bind(1, partition);
            foreach (var row in checkpoint.Rows)
            {
                save.Bind(2, row.Key).Bind(3, row.State.Span).Run();
            }

            return true;
        }
    }
}
