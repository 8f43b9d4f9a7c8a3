namespace OnlineCF.Core.Streams;

/// <summary>
/// How far each partition's subscriber has come through the rating log, with the state it had there, row by row.
/// Every member may throw <see cref="StoreUnavailableException"/>; no member retries by itself.
/// </summary>
public interface IStreamCheckpoints
{
    /// <summary>
    /// Makes the store one of so many partitions. Where it was one of another number everything saved is dropped,
    /// for a row may belong to another partition now: the subscribers start over. To be called before the others.
    /// </summary>
    public ValueTask PrepareAsync(int partitions, CancellationToken cancellationToken);

    /// <summary>The sequence of the partition's last checkpoint; 0 when there is none.</summary>
    public ValueTask<long> LoadSequenceAsync(int partition, CancellationToken cancellationToken);

    /// <summary>
    /// At most <paramref name="limit"/> rows of the partition with a key above <paramref name="afterKey"/>, by key.
    /// </summary>
    public ValueTask<IReadOnlyList<StreamRow>> LoadRowsAsync(
        int partition, long afterKey, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Saves the sequence and the rows, which replace those of the same keys, in one durable commit. Other rows stay.
    /// A sequence never goes back.
    /// </summary>
    /// <returns>False, and nothing is saved, when a checkpoint of a later sequence is there: another subscriber made it.</returns>
    public ValueTask<bool> SaveAsync(int partition, StreamCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Drops the partition's sequence and rows, for a subscriber that starts over.</summary>
    public ValueTask ClearAsync(int partition, CancellationToken cancellationToken);
}

/// <summary>What a subscriber saves.</summary>
/// <param name="Sequence">Every entry up to and with this one is in its rows.</param>
/// <param name="Rows">Those that have changed. A row may be ahead of the sequence; it then has to know by itself.</param>
public sealed record StreamCheckpoint(long Sequence, IReadOnlyList<StreamRow> Rows);

/// <summary>A part of a subscriber's state.</summary>
/// <param name="Key">Greater than zero.</param>
/// <param name="State">In the subscriber's own format.</param>
public readonly record struct StreamRow(long Key, ReadOnlyMemory<byte> State);
