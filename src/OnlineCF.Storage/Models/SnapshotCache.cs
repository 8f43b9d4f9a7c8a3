using System.Globalization;
using Microsoft.Extensions.Logging;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Models;

/// <summary>
/// Snapshots of a store elsewhere, kept as files on this machine's disk, so that each is fetched once and a restart
/// fetches none. A file is named by its checksum and is only there once that was found right. Without room on the disk,
/// or without a right to it, snapshots are loaded all the same, and that is said once.
/// </summary>
/// <param name="folder">Of this cache alone; created where missing.</param>
/// <param name="logger">Told that nothing can be kept.</param>
internal sealed partial class SnapshotCache(string folder, ILogger logger)
{
    private const int NameDigits = 16;

    private int _cannotKeep;

    /// <summary>Reads the snapshot or a part of it, fetching all of it where it is not here.</summary>
    /// <param name="model">Which one.</param>
    /// <param name="parts">What is read.</param>
    /// <param name="fetch">Opens it where it comes from, at its first byte.</param>
    /// <exception cref="CorruptSnapshotException">What comes is not what was published.</exception>
    public FactorSnapshot Load(CachedModel model, SnapshotParts parts, Func<Stream> fetch)
    {
        var path = PathOf(model);
        return TryRead(path, model, parts) is { } kept
            ? kept
            : TryKeep(path, model, fetch)
                ? SnapshotFile.Read(path, model.Version, model.Checksum, parts)
                : Read(model, parts, fetch);
    }

    /// <summary>Deletes what is none of these.</summary>
    public void Keep(IEnumerable<CachedModel> models)
    {
        var kept = models.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        if (Directory.Exists(folder))
        {
            Directory.EnumerateFiles(folder, "snapshot-*.ocf").Where(path => !kept.Contains(path)).ToList()
                .ForEach(DurableFile.DeleteQuietly);
        }
    }

    private static FactorSnapshot Read(CachedModel model, SnapshotParts parts, Func<Stream> fetch)
    {
        using var stream = fetch();
        using var reader = new SnapshotReader(stream, model.SizeBytes, model.Version);
        return reader.Read(parts, model.Checksum);
    }

    private static FactorSnapshot? TryRead(string path, CachedModel model, SnapshotParts parts)
    {
        try
        {
            return File.Exists(path) ? SnapshotFile.Read(path, model.Version, model.Checksum, parts) : null;
        }
        catch (Exception e) when (e is CorruptSnapshotException or IOException or UnauthorizedAccessException)
        {
            // The disk's fault, not the model's: it is fetched again.
            DurableFile.DeleteQuietly(path);
            return null;
        }
    }

    private bool TryKeep(string path, CachedModel model, Func<Stream> fetch)
    {
        try
        {
            DurableFile.CreateFolder(folder);
            DurableFile.Replace(path, file => Copy(model, fetch, file));
            Interlocked.Exchange(ref _cannotKeep, 0);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Interlocked.Exchange(ref _cannotKeep, 1) == 0)
            {
                CannotKeep(logger, folder, e.Message);
            }

            return false;
        }
    }

    private static void Copy(CachedModel model, Func<Stream> fetch, Stream file)
    {
        using var stream = fetch();
        using var copying = new CopyingStream(stream, file);
        using var reader = new SnapshotReader(copying, model.SizeBytes, model.Version);
        reader.Verify(model.Checksum);
    }

    private string PathOf(CachedModel model) => Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"snapshot-{model.Version}-{model.Checksum.AsSpan(0, NameDigits)}.ocf"));

    [LoggerMessage(EventId = 2201, Level = LogLevel.Warning,
        Message = "Models cannot be kept in '{Folder}' ({Reason}); they are fetched from the store at each start until they can.")]
    private static partial void CannotKeep(ILogger logger, string folder, string reason);
}

/// <summary>A snapshot in a store.</summary>
/// <param name="Version">Its version.</param>
/// <param name="SizeBytes">Of all of it.</param>
/// <param name="Checksum">SHA-256 of all of it, lower-case hex.</param>
internal readonly record struct CachedModel(long Version, long SizeBytes, string Checksum);
