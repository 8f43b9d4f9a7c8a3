namespace OnlineCF.Core.Streams;

/// <summary>
/// How far each partition's subscriber has come through the rating log, with the state it had there.
/// Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IStreamCheckpoints
{
    /// <summary>The partition's last saved checkpoint, or null when there is none.</summary>
    public ValueTask<StreamCheckpoint?> LoadAsync(int partition, CancellationToken cancellationToken);

    /// <summary>Replaces the partition's checkpoint, sequence and state in one durable commit.</summary>
    public ValueTask SaveAsync(int partition, StreamCheckpoint checkpoint, CancellationToken cancellationToken);
}

/// <summary>A subscriber's state after it has applied every entry up to and with <paramref name="Sequence"/>.</summary>
public sealed record StreamCheckpoint(long Sequence, ReadOnlyMemory<byte> State);
