using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Sqlite.Models;

/// <summary>
/// Snapshots as files of one folder, held exclusively while open, beside a manifest. Each file is written
/// under a temporary name, synced and renamed, so that it is there whole or not at all; a publication
/// counts once the manifest names it. File work runs on threads of its own, never on the caller's.
/// </summary>
public sealed class FileModelStore : IModelStore, IDisposable
{
    /// <summary>Rounds that are kept.</summary>
    public const int MaxRounds = 1000;

    private readonly string _folder;
    private readonly string _manifestPath;
    private readonly int _keep;
    private readonly ILogger _logger;
    private readonly FolderLock _folderLock;
    private readonly SemaphoreSlim _writing = new(1);
    private volatile ModelManifest _manifest;

    // After a failed write the file may or may not have been replaced.
    private bool _manifestUncertain;
    private volatile bool _disposed;

    private FileModelStore(string folder, int keep, ILogger logger, FolderLock folderLock)
    {
        (_folder, _keep, _logger, _folderLock) = (folder, keep, logger, folderLock);
        _manifestPath = Path.Combine(folder, ManifestFile.Name);
        _manifest = ManifestRecovery.Load(folder, logger);
    }

    /// <summary>Opens the folder, creating it where missing; checks every snapshot where the manifest was lost.</summary>
    /// <param name="folder">Where the snapshots are.</param>
    /// <param name="keep">Versions kept beside the serving one, 1 or more.</param>
    /// <param name="logger">Told what was found damaged and what was done.</param>
    /// <exception cref="StoreInUseException">Somebody else has the folder open.</exception>
    /// <exception cref="StoreVersionException">The manifest was written by a newer version.</exception>
    /// <exception cref="StoreUnavailableException">The folder cannot be created, read or written.</exception>
    public static FileModelStore Open(string folder, int keep = 5, ILogger<FileModelStore>? logger = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        folder = Path.GetFullPath(folder);
        var folderLock = FolderLock.Acquire(folder);
        try
        {
            return new FileModelStore(folder, keep, logger ?? NullLogger<FileModelStore>.Instance, folderLock);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            folderLock.Dispose();
            throw Unavailable(folder, e);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> AcquireTermAsync(CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                Replace(_manifest with { Term = _manifest.Term + 1 });
                return _manifest.Term;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelRecord> PublishAsync(Publication publication, long term, CancellationToken cancellationToken) =>
        WriteAsync(() => Publish(publication, term), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RecordRoundAsync(RoundRecord round, CancellationToken cancellationToken) =>
        await WriteAsync(
            () =>
            {
                Replace(_manifest with { Rounds = WithRound(round) });
                return round;
            },
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ModelRecord> ServeAsync(long version, long term, CancellationToken cancellationToken) =>
        WriteAsync(
            () =>
            {
                RefuseStale(term);
                var model = _manifest.Find(version) ?? throw new ModelNotFoundException(version);
                SnapshotFile.Verify(PathOf(version), version, model.Checksum);
                Replace(_manifest with { ServingVersion = version, BestVersion = version });
                return RecordOf(_manifest, model);
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DropTrainedBeforeAsync(long sequence, CancellationToken cancellationToken)
    {
        RefuseClosed();
        if (TrainedBefore(sequence).Any())
        {
            await WriteAsync(
                () =>
                {
                    ModelEntry[] dropped = [.. TrainedBefore(sequence)];
                    var kept = _manifest.Models.Except(dropped).ToList();
                    var best = kept.Find(model => model.Version == _manifest.BestVersion)?.Version ?? _manifest.ServingVersion;
                    Replace(_manifest with { Models = kept, BestVersion = best });
                    Array.ForEach(dropped, old => DurableFile.DeleteQuietly(PathOf(old.Version)));
                    return dropped.Length;
                },
                cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> GetServingVersionAsync(CancellationToken cancellationToken)
    {
        RefuseClosed();
        return new(_manifest.ServingVersion);
    }

    /// <inheritdoc/>
    public ValueTask<long> GetBestVersionAsync(CancellationToken cancellationToken)
    {
        RefuseClosed();
        return new(BestOf(_manifest));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ModelRecord>> ListModelsAsync(CancellationToken cancellationToken)
    {
        RefuseClosed();
        var manifest = _manifest;
        return new([.. manifest.Models.Select(model => RecordOf(manifest, model))]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoundRecord>> ListRoundsAsync(int limit, CancellationToken cancellationToken)
    {
        RefuseClosed();
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return new([.. _manifest.Rounds.Take(limit)]);
    }

    /// <inheritdoc/>
    public async ValueTask<FactorSnapshot> LoadAsync(
        long version, SnapshotParts parts, CancellationToken cancellationToken)
    {
        RefuseClosed();
        var model = _manifest.Find(version) ?? throw new ModelNotFoundException(version);
        try
        {
            return await RunAsync(() => SnapshotFile.Read(PathOf(version), version, model.Checksum, parts), cancellationToken);
        }
        catch (CorruptSnapshotException) when (_manifest.Find(version) is null)
        {
            // Dropped by a publication after the look above.
            throw new ModelNotFoundException(version);
        }
    }

    /// <summary>The pointers as they are.</summary>
    internal ModelMarks Marks
    {
        get
        {
            RefuseClosed();
            var manifest = _manifest;
            return new ModelMarks(manifest.ServingVersion, BestOf(manifest), manifest.NextVersion);
        }
    }

    /// <summary>Writes a snapshot's file, byte for byte.</summary>
    /// <exception cref="ModelNotFoundException">The version is not kept.</exception>
    internal async ValueTask CopyAsync(long version, Stream target, CancellationToken cancellationToken)
    {
        RefuseClosed();
        try
        {
            await using var file = new FileStream(PathOf(version), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            await file.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw _manifest.Find(version) is null
                ? new ModelNotFoundException(version)
                : new CorruptSnapshotException(version, "its file is missing", e);
        }
    }

    /// <summary>Adds a snapshot under its version; it serves once <see cref="FinishAsync"/> says so.</summary>
    /// <exception cref="CorruptSnapshotException">The bytes are not what the record says.</exception>
    internal async ValueTask AddAsync(ModelRecord model, Stream source, CancellationToken cancellationToken) => await WriteAsync(
        () =>
        {
            if (_manifest.Find(model.Version) is null)
            {
                DurableFile.Replace(PathOf(model.Version), file => source.CopyTo(file));
                SnapshotFile.Verify(PathOf(model.Version), model.Version, model.Checksum);
                var entry = new ModelEntry(model.Version, model.SizeBytes, model.Checksum, model.Round);
                Replace(_manifest with
                {
                    NextVersion = Math.Max(_manifest.NextVersion, model.Version + 1),
                    Models = [.. _manifest.Models.Append(entry).OrderByDescending(kept => kept.Version)],
                });
            }

            return model;
        },
        cancellationToken);

    /// <summary>Sets the pointers and the rounds.</summary>
    internal async ValueTask FinishAsync(ModelMarks marks, IReadOnlyList<RoundRecord> rounds, CancellationToken cancellationToken) =>
        await WriteAsync(
            () =>
            {
                Replace(_manifest with
                {
                    NextVersion = marks.Next,
                    ServingVersion = marks.Serving,
                    BestVersion = marks.Best,
                    Rounds = [.. rounds.Take(MaxRounds)],
                });
                return marks;
            },
            cancellationToken);

    /// <summary>Waits for the write in progress and leaves the folder to others. Later calls fail.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _writing.Wait();
        _disposed = true;
        _writing.Release();
        _folderLock.Dispose();
    }

    private ModelRecord Publish(Publication publication, long term)
    {
        RefuseStale(term);
        if (publication.ServingVersion != _manifest.ServingVersion)
        {
            throw new ServingVersionChangedException(publication.ServingVersion, _manifest.ServingVersion);
        }

        var version = _manifest.NextVersion;

        // Whatever comes of it, the number is used up.
        _manifest = _manifest with { NextVersion = version + 1 };
        var round = publication.Round with { Version = version };
        var (sizeBytes, checksum) = SnapshotFile.Write(PathOf(version), publication.Snapshot with { Version = version }, round, term);
        var model = new ModelEntry(version, sizeBytes, checksum, round);
        var best = publication.IsBest ? version : BestOf(_manifest);
        var models = _manifest.Models.Prepend(model).ToList();
        var kept = models.Where((entry, place) => place < _keep || entry.Version == best).ToList();
        Replace(_manifest with { ServingVersion = version, BestVersion = best, Models = kept, Rounds = WithRound(round) });
        models.Except(kept).ToList().ForEach(old => DurableFile.DeleteQuietly(PathOf(old.Version)));
        return RecordOf(_manifest, model);
    }

    private IEnumerable<ModelEntry> TrainedBefore(long sequence) => _manifest.Models.Where(
        model => model.Round.TrainedSequence < sequence && model.Version != _manifest.ServingVersion);

    private static long BestOf(ModelManifest manifest) =>
        manifest.Find(manifest.BestVersion)?.Version ?? manifest.ServingVersion;

    private IReadOnlyList<RoundRecord> WithRound(RoundRecord round) =>
        [.. _manifest.Rounds.Prepend(round).Take(MaxRounds)];

    private void Replace(ModelManifest manifest)
    {
        _manifestUncertain = true;
        ManifestFile.Write(_manifestPath, manifest);
        _manifest = manifest;
        _manifestUncertain = false;
    }

    private void RefuseStale(long term)
    {
        // Term 0 was never acquired by anybody.
        if (term != _manifest.Term || term == 0)
        {
            throw new StaleTermException(term, _manifest.Term);
        }
    }

    private void RefuseClosed()
    {
        if (_disposed)
        {
            throw new StoreUnavailableException("The model store is closed.");
        }
    }

    // ConfigureAwait: the next writer must not wait until the caller's scheduler has a turn for the release.
    private async ValueTask<TResult> WriteAsync<TResult>(Func<TResult> write, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            RefuseClosed();
            return await RunAsync(
                () =>
                {
                    Settle();
                    try
                    {
                        return write();
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        SettleQuietly();
                        throw;
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    // Reads the manifest that a failed write left, old or new, and removes what it does not name.
    private void Settle()
    {
        if (_manifestUncertain)
        {
            var next = _manifest.NextVersion;
            var manifest = ManifestRecovery.Load(_folder, _logger);
            _manifest = manifest with { NextVersion = Math.Max(next, manifest.NextVersion) };
            _manifestUncertain = false;
        }
    }

    // At once, for on a full disk the room is missed; where that fails too, before the next write.
    private void SettleQuietly()
    {
        try
        {
            Settle();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Still uncertain.
        }
    }

    // Reading and writing a hundred megabytes takes a while; a pool thread would be missed.
    private async Task<TResult> RunAsync<TResult>(Func<TResult> work, CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Factory.StartNew(
                work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(_folder, e);
        }
    }

    private static StoreUnavailableException Unavailable(string folder, Exception e) =>
        new($"The models in '{folder}' cannot be read or written: {e.Message}", e);

    private static ModelRecord RecordOf(ModelManifest manifest, ModelEntry model) => new(
        model.Version, model.Version == manifest.ServingVersion, model.SizeBytes, model.Checksum, model.Round);

    private string PathOf(long version) => Path.Combine(_folder, SnapshotFile.NameOf(version));
}
