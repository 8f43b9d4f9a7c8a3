using OnlineCF.Core.Streams;
using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Storage.Streams;

/// <summary>Checkpoints as rows of the embedded database.</summary>
/// <param name="store">The database, which stays the caller's to dispose.</param>
public sealed class SqliteStreamCheckpoints(SqliteStore store) : IStreamCheckpoints
{
    private const string Select = "SELECT sequence, state FROM stream_checkpoints WHERE partition = ?1";
    private const string Save = "INSERT OR REPLACE INTO stream_checkpoints (partition, sequence, state) VALUES (?1, ?2, ?3)";

    /// <inheritdoc/>
    public ValueTask<StreamCheckpoint?> LoadAsync(int partition, CancellationToken cancellationToken) =>
        store.Readers.Log.RunAsync(
            session =>
            {
                using var rows = session.Use(Select).Bind(1, partition);
                return rows.Step() ? new StreamCheckpoint(rows.Int64(0), rows.Blob(1).ToArray()) : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveAsync(int partition, StreamCheckpoint checkpoint, CancellationToken cancellationToken) =>
        await store.Writer.RunAsync(
            new WriteFunction<long>(session =>
            {
                using var save = session.Use(Save)
                    .Bind(1, partition).Bind(2, checkpoint.Sequence).Bind(3, checkpoint.State.Span);
                save.Run();
                return checkpoint.Sequence;
            }),
            cancellationToken);
}
