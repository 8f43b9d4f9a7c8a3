using Microsoft.Extensions.Logging.Abstractions;
using OnlineCF.Core;
using OnlineCF.Core.Archives;
using OnlineCF.Server.Settings;
using OnlineCF.Storage;
using OnlineCF.Storage.Archives;
using OnlineCF.Storage.Postgres;
using OnlineCF.Storage.Postgres.Archives;
using OnlineCF.Storage.Postgres.Catalogue;
using OnlineCF.Storage.Postgres.Models;
using OnlineCF.Storage.Postgres.Ratings;
using OnlineCF.Storage.Postgres.Streams;
using OnlineCF.Storage.Sqlite;
using OnlineCF.Storage.Sqlite.Archives;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Streams;

namespace OnlineCF.Server;

/// <summary>Where a store is that no server of this process has open.</summary>
/// <param name="Folder">Setting <c>Storage:Path</c>: the embedded store, or where what is fetched from a shared one is kept.</param>
/// <param name="ConnectionString">Setting <c>Storage:ConnectionString</c>; empty for the embedded store.</param>
public sealed record StorePlace(string Folder, string ConnectionString = "")
{
    internal static StorePlace Of(StorageOptions storage) =>
        new(storage.Path, storage.IsShared ? storage.ConnectionString : "");
}

/// <summary>Exports and restores of a store that no server of this process has open.</summary>
public static class StoreArchives
{
    /// <summary>What an archive says of itself.</summary>
    /// <exception cref="InvalidDataException">It is none, or it is cut short.</exception>
    public static ArchiveManifest ReadManifest(string path) => StoreRestore.ReadManifest(path);

    /// <summary>Refuses a file from which no store can be restored, as far as a look at its outline tells.</summary>
    /// <exception cref="InvalidDataException">It is no archive, it is cut short, or it holds too little.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void RefuseToRestore(string path) => StoreRestore.Open(path, Path.GetTempPath()).Dispose();

    /// <summary>Writes an archive.</summary>
    /// <exception cref="IOException">The file is there, or cannot be written, there is no store, or it cannot be used.</exception>
    public static Task<ArchiveManifest> ExportAsync(
        StorePlace place, string path, ArchiveContents contents, IProgress<ArchiveProgress> progress, TimeProvider time,
        CancellationToken cancellationToken) => UseAsync(() => WriteAsync(place, path, contents, progress, time, cancellationToken));

    /// <summary>Fills an empty store from an archive, or goes on where that stopped.</summary>
    /// <exception cref="InvalidDataException">The archive is none, or damaged.</exception>
    /// <exception cref="IOException">There is something in the store, or it cannot be used.</exception>
    public static Task<ArchiveManifest> RestoreAsync(
        StorePlace place, string path, IProgress<ArchiveProgress> progress, CancellationToken cancellationToken) =>
        UseAsync(() => FillAsync(place, path, progress, cancellationToken));

    // What a user can mend is one message.
    private static async Task<ArchiveManifest> UseAsync(Func<Task<ArchiveManifest>> use)
    {
        try
        {
            return await use();
        }
        catch (StoreInUseException e)
        {
            throw new IOException($"{e.Message} A server that runs is asked with --server.", e);
        }
        catch (Exception e) when (e is StoreVersionException or StoreCorruptException or StoreUnavailableException or StoreNotEmptyException
            or ArgumentException or InvalidOperationException)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task<ArchiveManifest> WriteAsync(
        StorePlace place, string path, ArchiveContents contents, IProgress<ArchiveProgress> progress, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (place.ConnectionString.Length > 0)
        {
            using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = place.ConnectionString });
            using var log = new PostgresRatingLog(store);
            using var scratch = new ScratchFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var models = new PostgresModelStore(store, scratch.Path);
            var ports = new ArchivedStore(
                log, new PostgresCatalog(store), new PostgresStreamCheckpoints(store), models, new PostgresTransfer(store, models));
            return await new StoreExport(ports, time, progress).WriteAsync(path, contents, cancellationToken);
        }

        if (!File.Exists(Path.Combine(place.Folder, SqliteStore.FileName)))
        {
            throw new FileNotFoundException($"There is no embedded store in '{Path.GetFullPath(place.Folder)}': it has no {SqliteStore.FileName}.");
        }

        using var storage = EmbeddedStorage.Open(place.Folder);
        return await new StoreExport(PortsOf(storage), time, progress).WriteAsync(path, contents, cancellationToken);
    }

    private static async Task<ArchiveManifest> FillAsync(
        StorePlace place, string path, IProgress<ArchiveProgress> progress, CancellationToken cancellationToken)
    {
        using var scratch = new ScratchFolder(place.ConnectionString.Length > 0 ? Path.GetTempPath() : place.Folder);
        using var restore = StoreRestore.Open(path, scratch.Path, progress);
        if (place.ConnectionString.Length > 0)
        {
            using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = place.ConnectionString, IsToBeFilled = true });
            var models = new PostgresModelStore(store, scratch.Path);
            await restore.FillAsync(
                new(new PostgresCatalog(store), new PostgresStreamCheckpoints(store), new PostgresTransfer(store, models)), cancellationToken);
            return restore.Manifest;
        }

        using var database = SqliteStore.Open(place.Folder, new SqliteStoreOptions { IsToBeFilled = true }, NullLogger<SqliteStore>.Instance);
        using var snapshots = FileModelStore.Open(Path.Combine(place.Folder, EmbeddedStorage.ModelsFolder));
        await restore.FillAsync(
            new(new SqliteCatalog(database), new SqliteStreamCheckpoints(database), new SqliteTransfer(database, snapshots)), cancellationToken);
        return restore.Manifest;
    }

    private static ArchivedStore PortsOf(EmbeddedStorage storage) =>
        new(storage.RatingLog, storage.Catalog, storage.Checkpoints, storage.Models, storage.Transfer);
}

/// <summary>A folder of this process that goes with it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>Makes it in another one, which is created where missing.</summary>
    public ScratchFolder(string parent)
    {
        Path = System.IO.Path.Combine(parent, $".onlinecf-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only room is lost.
        }
    }
}
