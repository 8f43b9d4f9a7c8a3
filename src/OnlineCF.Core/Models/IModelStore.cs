namespace OnlineCF.Core.Models;

/// <summary>
/// Snapshots under rising versions, the pointers to the serving one and to the best so far, and the records of all
/// rounds. What serves is fenced: changing it needs the newest term, so that a trainer that was cut off can never
/// publish. Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IModelStore
{
    /// <summary>Starts a new term and durably ends every older one.</summary>
    /// <returns>The new term, above all before it.</returns>
    public ValueTask<long> AcquireTermAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the snapshot whole, checksummed and durable under the next version, makes it the serving one and, where
    /// it is, the best, records the round, and drops versions beyond those kept (never the serving one or the best).
    /// </summary>
    /// <returns>The record, with the version given.</returns>
    /// <exception cref="StaleTermException">A newer term exists; nothing was published.</exception>
    /// <exception cref="ServingVersionChangedException">What served when the round began serves no more; nothing was published.</exception>
    public ValueTask<ModelRecord> PublishAsync(Publication publication, long term, CancellationToken cancellationToken);

    /// <summary>
    /// Records a round that published nothing. It needs no term: a trainer that was cut off can still say what became of its round.
    /// </summary>
    public ValueTask RecordRoundAsync(RoundRecord round, CancellationToken cancellationToken);

    /// <summary>Makes an older (or newer) kept version serve, durably; what somebody chose counts as the best from then on.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    /// <exception cref="CorruptSnapshotException">The version cannot be read.</exception>
    /// <exception cref="StaleTermException">A newer term exists.</exception>
    public ValueTask<ModelRecord> ServeAsync(long version, long term, CancellationToken cancellationToken);

    /// <summary>
    /// Drops the versions whose round had read the log to a lower sequence, but for the one that serves, which counts as
    /// the best where that was dropped. For models that know of somebody who was erased since.
    /// </summary>
    public ValueTask DropTrainedBeforeAsync(long sequence, CancellationToken cancellationToken);

    /// <summary>The version that should serve; 0 when there is none.</summary>
    public ValueTask<long> GetServingVersionAsync(CancellationToken cancellationToken);

    /// <summary>The best version so far, which is always kept; 0 when there is none.</summary>
    public ValueTask<long> GetBestVersionAsync(CancellationToken cancellationToken);

    /// <summary>All kept versions, newest first.</summary>
    public ValueTask<IReadOnlyList<ModelRecord>> ListModelsAsync(CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> rounds, newest first.</summary>
    public ValueTask<IReadOnlyList<RoundRecord>> ListRoundsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Reads a snapshot, or a part of it, and checks what it reads.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    /// <exception cref="CorruptSnapshotException">The stored bytes are not what was published.</exception>
    public ValueTask<FactorSnapshot> LoadAsync(long version, SnapshotParts parts, CancellationToken cancellationToken);
}
