using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Archives;

/// <summary>
/// What an archive takes from a store beyond the other ports, and how an empty store is filled from one: sequences,
/// versions and times stay what they were. Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IStoreTransfer
{
    /// <summary>Where the rating log stands.</summary>
    public ValueTask<LogMarks> ReadMarksAsync(CancellationToken cancellationToken);

    /// <summary>Of how many partitions the checkpoints are; 0 where none was ever made.</summary>
    public ValueTask<int> ReadPartitionsAsync(CancellationToken cancellationToken);

    /// <summary>Which models serve and come next.</summary>
    public ValueTask<ModelMarks> ReadModelMarksAsync(CancellationToken cancellationToken);

    /// <summary>Writes a stored snapshot, byte for byte.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    public ValueTask CopyModelAsync(long version, Stream target, CancellationToken cancellationToken);

    /// <summary>
    /// Begins to fill the store, or goes on where filling it from the same archive stopped. From now on until
    /// <see cref="FinishAsync"/> no server opens it.
    /// </summary>
    /// <param name="archive">The archive's own id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The last sequence that is in already.</returns>
    /// <exception cref="StoreNotEmptyException">There is something in it, or it is half filled from another archive.</exception>
    public ValueTask<long> BeginAsync(string archive, CancellationToken cancellationToken);

    /// <summary>Adds entries, under the sequences that they have, in one durable commit.</summary>
    public ValueTask AppendAsync(IReadOnlyList<RatingEntry> entries, CancellationToken cancellationToken);

    /// <summary>Adds a snapshot under its version; one that is in already is left as it is.</summary>
    /// <param name="model">Its record.</param>
    /// <param name="source">Its bytes, <see cref="ModelRecord.SizeBytes"/> of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CorruptSnapshotException">The bytes are not what the record says.</exception>
    public ValueTask AddModelAsync(ModelRecord model, Stream source, CancellationToken cancellationToken);

    /// <summary>Ends filling: what has come counts, and a server may open the store.</summary>
    public ValueTask FinishAsync(StoreMarks marks, CancellationToken cancellationToken);
}

/// <summary>Where a rating log stands.</summary>
/// <param name="Sequence">The highest given, whatever became of its entry.</param>
/// <param name="ForgottenThrough">How far deletions of erased users are dropped.</param>
/// <param name="Erasures">Sequences of the deletions of erased users that are to be dropped still, rising.</param>
public sealed record LogMarks(long Sequence, long ForgottenThrough, IReadOnlyList<long> Erasures)
{
    /// <summary>Whether nothing was erased or forgotten since.</summary>
    public bool ErasedAsMuchAs(LogMarks earlier) =>
        ForgottenThrough == earlier.ForgottenThrough && Erasures.SequenceEqual(earlier.Erasures);
}

/// <summary>Pointers of a model store; 0 for none.</summary>
/// <param name="Serving">The version that serves.</param>
/// <param name="Best">The best version so far.</param>
/// <param name="Next">The version that the next publication gets.</param>
public sealed record ModelMarks(long Serving, long Best, long Next);

/// <summary>What a filled store ends with.</summary>
/// <param name="Log">The rating log's end.</param>
/// <param name="Models">The models' pointers.</param>
/// <param name="Rounds">Newest first.</param>
public sealed record StoreMarks(LogMarks Log, ModelMarks Models, IReadOnlyList<RoundRecord> Rounds);

/// <summary>A store that is to be filled has something in it.</summary>
public sealed class StoreNotEmptyException(string message) : Exception(message);
