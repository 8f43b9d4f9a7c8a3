using Npgsql;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Postgres.Models;

/// <summary>
/// Models in the shared database. A publication takes a version, writes the snapshot in pieces, and then makes it
/// serve in one small transaction that holds the fence and finds its term there; what was written before counts for
/// nothing until then. Loaded snapshots are kept on this silo's disk. The work runs on threads of its own, never on
/// the caller's.
/// </summary>
public sealed class PostgresModelStore : IModelStore
{
    private const string RaiseTerm = "UPDATE model_state SET term = term + 1 RETURNING term";
    private const string TakeVersion = "UPDATE model_state SET next_version = next_version + 1 RETURNING next_version - 1";

    private readonly PostgresStore _store;
    private readonly int _keep;
    private readonly SnapshotCache _cache;

    /// <summary>The models of this store, which stays the caller's to dispose.</summary>
    /// <param name="store">The database.</param>
    /// <param name="cacheFolder">Where loaded snapshots are kept: of this silo and for this alone; created where missing.</param>
    /// <param name="keep">Setting <c>Model:Keep</c>: versions kept beside the best one, 1 or more.</param>
    public PostgresModelStore(PostgresStore store, string cacheFolder, int keep = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        (_store, _keep) = (store, keep);
        _cache = new SnapshotCache(Path.GetFullPath(cacheFolder), store.Logger);
    }

    /// <inheritdoc/>
    public ValueTask<long> AcquireTermAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => ModelRows.Scalar(connection, RaiseTerm), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelRecord> PublishAsync(Publication publication, long term, CancellationToken cancellationToken) =>
        RunAsync(connection => Publish(connection, publication, term), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RecordRoundAsync(RoundRecord round, CancellationToken cancellationToken) => await RunAsync(
        connection =>
        {
            ModelRows.AddRound(connection, round);
            return round;
        },
        cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<ModelRecord> ServeAsync(long version, long term, CancellationToken cancellationToken) => RunAsync(
        connection =>
        {
            ModelRows.State(connection, locked: false).RefuseStale(term);
            var model = Find(connection, version);
            Verify(connection, model);
            using var transaction = connection.BeginTransaction();
            ModelRows.State(connection, locked: true).RefuseStale(term);
            Find(connection, version);
            ModelRows.Serve(connection, version, bestVersion: version);
            transaction.Commit();
            return model.ToRecord(version);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DropTrainedBeforeAsync(long sequence, CancellationToken cancellationToken) =>
        await RunAsync(connection => DropTrainedBefore(connection, sequence), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<long> GetServingVersionAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => ModelRows.State(connection, locked: false).ServingVersion, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> GetBestVersionAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => ModelRows.State(connection, locked: false).BestVersion, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ModelRecord>> ListModelsAsync(CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ModelRecord>>(
            connection =>
            {
                var serving = ModelRows.State(connection, locked: false).ServingVersion;
                return [.. ModelRows.Models(connection).Select(model => model.ToRecord(serving))];
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoundRecord>> ListRoundsAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return RunAsync<IReadOnlyList<RoundRecord>>(connection => ModelRows.Rounds(connection, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<FactorSnapshot> LoadAsync(long version, SnapshotParts parts, CancellationToken cancellationToken) =>
        RunAsync(connection => Load(connection, version, parts), cancellationToken);

    /// <summary>The pointers as they are.</summary>
    internal ValueTask<ModelMarks> ReadMarksAsync(CancellationToken cancellationToken) => RunAsync(
        connection =>
        {
            var state = ModelRows.State(connection, locked: false);
            return new ModelMarks(state.ServingVersion, state.BestVersion, ModelRows.Scalar(connection, "SELECT next_version FROM model_state"));
        },
        cancellationToken);

    /// <summary>Writes a stored snapshot, byte for byte.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    internal async ValueTask CopyAsync(long version, Stream target, CancellationToken cancellationToken) => await RunAsync(
        connection =>
        {
            Find(connection, version);
            using var chunks = new ModelChunkReader(connection, version);
            chunks.CopyTo(target);
            Find(connection, version);
            return version;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Adds a snapshot under its version; it serves once <see cref="FinishAsync"/> says so.</summary>
    /// <exception cref="CorruptSnapshotException">The bytes are not what the record says.</exception>
    internal async ValueTask AddAsync(ModelRecord model, Stream source, CancellationToken cancellationToken) => await RunAsync(
        connection =>
        {
            if (!ModelRows.Models(connection).Exists(kept => kept.Version == model.Version))
            {
                // What an attempt before this one left.
                ModelChunks.Delete(connection, model.Version);
                using (var chunks = new ModelChunkWriter(connection, model.Version))
                {
                    source.CopyTo(chunks);
                    chunks.Flush();
                }

                var row = new ModelRow(model.Version, model.SizeBytes, model.Checksum, model.Round);
                Verify(connection, row);
                ModelRows.AddModel(connection, row);
            }

            return model;
        },
        cancellationToken).ConfigureAwait(false);

    /// <summary>Sets the pointers and the rounds.</summary>
    internal async ValueTask FinishAsync(ModelMarks marks, IReadOnlyList<RoundRecord> rounds, CancellationToken cancellationToken) => await RunAsync(
        connection =>
        {
            using var transaction = connection.BeginTransaction();
            ModelRows.ReplaceRounds(connection, rounds);
            ModelRows.Point(connection, marks.Serving, marks.Best, marks.Next);
            transaction.Commit();
            return marks;
        },
        cancellationToken).ConfigureAwait(false);

    private FactorSnapshot Load(NpgsqlConnection connection, long version, SnapshotParts parts)
    {
        var models = ModelRows.Models(connection);
        var model = models.Find(model => model.Version == version) ?? throw new ModelNotFoundException(version);
        _cache.Keep(models.Select(kept => kept.Cached));
        try
        {
            return _cache.Load(model.Cached, parts, () => new ModelChunkReader(connection, version));
        }
        catch (CorruptSnapshotException)
        {
            // Dropped by a publication after the look above?
            Find(connection, version);
            throw;
        }
    }

    private ModelRecord Publish(NpgsqlConnection connection, Publication publication, long term)
    {
        var before = ModelRows.State(connection, locked: false);
        before.RefuseStale(term);
        before.RefuseOther(publication.ServingVersion);

        // Whatever comes of it, the number is used up.
        var version = ModelRows.Scalar(connection, TakeVersion);
        var model = Write(connection, publication, version, term);
        try
        {
            Commit(connection, model, publication, term);
        }
        catch (Exception e) when (e is StaleTermException or ServingVersionChangedException)
        {
            Clear(version, () => ModelChunks.Delete(connection, version));
            throw;
        }

        Clear(version, () => ModelChunks.DeleteOrphans(connection));
        return model.ToRecord(version);
    }

    private static ModelRow Write(NpgsqlConnection connection, Publication publication, long version, long term)
    {
        var round = publication.Round with { Version = version };
        using var chunks = new ModelChunkWriter(connection, version);
        var (sizeBytes, checksum) = SnapshotFormat.Write(chunks, publication.Snapshot with { Version = version }, round, term);
        chunks.Flush();
        return new ModelRow(version, sizeBytes, checksum, round);
    }

    private void Commit(NpgsqlConnection connection, ModelRow model, Publication publication, long term)
    {
        using var transaction = connection.BeginTransaction();
        var state = ModelRows.State(connection, locked: true);
        state.RefuseStale(term);
        state.RefuseOther(publication.ServingVersion);
        var best = publication.IsBest || state.BestVersion == 0 ? model.Version : state.BestVersion;
        ModelRows.AddModel(connection, model);
        ModelRows.AddRound(connection, model.Round);
        ModelRows.Serve(connection, model.Version, best);
        ModelRows.Drop(connection, _keep, best);
        transaction.Commit();
    }

    private int DropTrainedBefore(NpgsqlConnection connection, long sequence)
    {
        using var transaction = connection.BeginTransaction();
        var state = ModelRows.State(connection, locked: true);
        var models = ModelRows.Models(connection);
        var dropped = models.FindAll(model => model.Round.TrainedSequence < sequence && model.Version != state.ServingVersion);
        if (dropped.Count == 0)
        {
            return 0;
        }

        dropped.ForEach(model => ModelRows.Drop(connection, model.Version));
        if (dropped.Exists(model => model.Version == state.BestVersion))
        {
            ModelRows.Serve(connection, state.ServingVersion, bestVersion: state.ServingVersion);
        }

        transaction.Commit();
        Clear(dropped[0].Version, () => ModelChunks.DeleteOrphans(connection));
        _cache.Keep(models.Except(dropped).Select(kept => kept.Cached));
        return dropped.Count;
    }

    // Only room is lost where it fails.
    private void Clear(long version, Action clear)
    {
        try
        {
            clear();
        }
        catch (NpgsqlException e)
        {
            _store.Logger.ChunksLeft(version, e);
        }
    }

    private static ModelRow Find(NpgsqlConnection connection, long version) =>
        ModelRows.Models(connection).Find(model => model.Version == version) ?? throw new ModelNotFoundException(version);

    private static void Verify(NpgsqlConnection connection, ModelRow model)
    {
        using var chunks = new ModelChunkReader(connection, model.Version);
        using var reader = new SnapshotReader(chunks, model.SizeBytes, model.Version);
        reader.Verify(model.Checksum);
    }

    // A hundred megabytes take a while; a pool thread would be missed.
    private async ValueTask<TResult> RunAsync<TResult>(Func<NpgsqlConnection, TResult> work, CancellationToken cancellationToken) =>
        await Task.Factory.StartNew(
            () => _store.Run(work), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
}
