namespace OnlineCF.Core.Models;

/// <summary>
/// Snapshots under rising versions, the pointer to the serving one, and the records of all rounds.
/// Writes are fenced: each needs the newest epoch, so that a trainer that was cut off can never publish.
/// Every member may throw <see cref="StoreUnavailableException"/>.
/// </summary>
public interface IModelStore
{
    /// <summary>Starts a new epoch and durably ends every older one.</summary>
    /// <returns>The new epoch, above all before it.</returns>
    public ValueTask<long> AcquireEpochAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the snapshot whole, checksummed and durable under the next version, makes it the serving one,
    /// records the round, and drops versions beyond those kept (never the serving one).
    /// </summary>
    /// <returns>The record, with the version given.</returns>
    /// <exception cref="StaleEpochException">A newer epoch exists; nothing was published.</exception>
    public ValueTask<ModelRecord> PublishAsync(
        FactorSnapshot snapshot, RoundRecord round, long epoch, CancellationToken cancellationToken);

    /// <summary>Records a round that published nothing.</summary>
    /// <exception cref="StaleEpochException">A newer epoch exists.</exception>
    public ValueTask RecordRoundAsync(RoundRecord round, long epoch, CancellationToken cancellationToken);

    /// <summary>Makes an older (or newer) kept version serve, durably.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    /// <exception cref="CorruptSnapshotException">The version cannot be read.</exception>
    /// <exception cref="StaleEpochException">A newer epoch exists.</exception>
    public ValueTask<ModelRecord> ServeAsync(long version, long epoch, CancellationToken cancellationToken);

    /// <summary>The version that should serve; 0 when there is none.</summary>
    public ValueTask<long> GetServingVersionAsync(CancellationToken cancellationToken);

    /// <summary>All kept versions, newest first.</summary>
    public ValueTask<IReadOnlyList<ModelRecord>> ListModelsAsync(CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> rounds, newest first.</summary>
    public ValueTask<IReadOnlyList<RoundRecord>> ListRoundsAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Reads a snapshot and checks it.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    /// <exception cref="CorruptSnapshotException">The stored bytes are not what was published.</exception>
    public ValueTask<FactorSnapshot> LoadAsync(long version, CancellationToken cancellationToken);
}
