using Microsoft.Data.Sqlite;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;
using OnlineCF.Storage.Models;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;

namespace OnlineCF.Storage.Sqlite;

/// <summary>What a backup holds.</summary>
/// <param name="Sequence">Of the last entry of the rating log.</param>
/// <param name="Models">Versions, newest first.</param>
/// <param name="DamagedModels">Those of them that were damaged before and are so in the copy.</param>
/// <param name="Bytes">Of all files.</param>
public sealed record BackupContents(long Sequence, IReadOnlyList<long> Models, IReadOnlyList<long> DamagedModels, long Bytes);

/// <summary>
/// A copy of an embedded store's folder that opens as the folder does, made while a server writes to it. The models are
/// copied first and then the database as it is at one moment: every rating that a model in it knows is in it, too.
/// </summary>
public static class EmbeddedBackup
{
    // Pages between two looks whether to stop: 16 MiB.
    private const int PagesAtOnce = 4096;

    // A promotion may take away what is being copied; several in the time of one copy do not come.
    private const int Attempts = 10;

    private const string SourceSettings = "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;";
    private const string TargetSettings = "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL;";

    /// <summary>Copies a folder. What is there afterwards is whole; a copy that fails or is cancelled leaves nothing.</summary>
    /// <param name="folder">Setting <c>Storage:Path</c>; a server may have it open.</param>
    /// <param name="target">A folder that does not exist, or is empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Something cannot be read or written, or the target is not empty.</exception>
    /// <exception cref="InvalidDataException">What is in the folder is damaged, of a newer version or no store.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder or file may not be read or written.</exception>
    public static BackupContents Make(string folder, string target, CancellationToken cancellationToken)
    {
        (folder, target) = (Path.GetFullPath(folder), Path.TrimEndingDirectorySeparator(Path.GetFullPath(target)));
        var file = Path.Combine(folder, SqliteStore.FileName);
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"There is no embedded store in '{folder}': it has no {SqliteStore.FileName}.");
        }

        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new IOException($"'{target}' is there already and not an empty folder; a backup wants one of its own.");
        }

        var draft = $"{target}.{Guid.NewGuid():N}{DurableFile.TemporarySuffix}";
        try
        {
            DurableFile.CreateFolder(draft);
            var (models, damaged) = CopyModels(Path.Combine(folder, EmbeddedStorage.ModelsFolder), Path.Combine(draft, EmbeddedStorage.ModelsFolder), cancellationToken);
            var sequence = CopyDatabase(file, Path.Combine(draft, SqliteStore.FileName), cancellationToken);
            DurableFile.SyncFolder(draft);
            var bytes = new DirectoryInfo(draft).EnumerateFiles("*", SearchOption.AllDirectories).Sum(copied => copied.Length);
            if (Directory.Exists(target))
            {
                Directory.Delete(target);
            }

            Directory.Move(draft, target);
            DurableFile.SyncFolder(Path.GetDirectoryName(target)!);
            return new BackupContents(sequence, models, damaged, bytes);
        }
        catch (SqliteException e)
        {
            throw new IOException(SqliteFaults.Explain(SqliteFaults.IsNoRoom(e) ? target : file, "copied", e), e);
        }
        catch (Exception e) when (e is StoreCorruptException or StoreVersionException)
        {
            throw new InvalidDataException(e.Message, e);
        }
        finally
        {
            if (Directory.Exists(draft))
            {
                Directory.Delete(draft, recursive: true);
            }
        }
    }

    private static long CopyDatabase(string file, string copy, CancellationToken cancellationToken)
    {
        using (var source = SqliteSession.Open(file, create: false, SourceSettings))
        {
            SqliteSchema.RefuseForeign(source, file, SqliteMigrations.All);
            using var target = SqliteSession.Open(copy, create: true, TargetSettings);
            source.CopyTo(target, PagesAtOnce, cancellationToken);
        }

        using (var written = new FileStream(copy, FileMode.Open, FileAccess.ReadWrite))
        {
            written.Flush(flushToDisk: true);
        }

        using var read = SqliteSession.OpenUnchanging(copy, SourceSettings);
        return read.ReadInt64(RatingLogSql.SelectEnd);
    }

    private static (IReadOnlyList<long> Models, IReadOnlyList<long> Damaged) CopyModels(
        string folder, string copy, CancellationToken cancellationToken)
    {
        var manifestPath = Path.Combine(folder, ManifestFile.Name);
        for (var attempt = 1; ; attempt++)
        {
            if (!File.Exists(manifestPath))
            {
                return ([], []);
            }

            Directory.CreateDirectory(copy);
            var manifest = ReadManifest(manifestPath);
            try
            {
                var damaged = manifest.Models.Where(model => !CopyModel(folder, copy, model, cancellationToken)).Select(model => model.Version).ToArray();
                ManifestFile.Write(Path.Combine(copy, ManifestFile.Name), manifest);
                return ([.. manifest.Models.Select(model => model.Version)], damaged);
            }
            catch (FileNotFoundException) when (attempt < Attempts)
            {
                // It was dropped for a newer one: the manifest says which.
                Directory.Delete(copy, recursive: true);
            }
        }
    }

    private static ModelManifest ReadManifest(string path)
    {
        try
        {
            return ManifestFile.Read(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is damaged: {e.Message}. A start of the server makes it anew from the models.", e);
        }
    }

    private static bool CopyModel(string folder, string target, ModelEntry model, CancellationToken cancellationToken)
    {
        var name = SnapshotFile.NameOf(model.Version);
        var copy = Path.Combine(target, name);
        cancellationToken.ThrowIfCancellationRequested();
        using (var from = new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var to = new FileStream(copy, FileMode.CreateNew, FileAccess.Write))
        {
            from.CopyTo(to);
            to.Flush(flushToDisk: true);
        }

        try
        {
            SnapshotFile.Verify(copy, model.Version, model.Checksum);
            return true;
        }
        catch (CorruptSnapshotException)
        {
            return false;
        }
    }
}
