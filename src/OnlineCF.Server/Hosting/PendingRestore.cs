using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>An archive that has come and waits for the server to end, for a store is filled while nobody uses it.</summary>
/// <param name="storage">Where the store is.</param>
public sealed class PendingRestore(StorageOptions storage)
{
    // Of this process alone, for it holds the folder around it; what one before left is cleared away.
    private readonly Lazy<string> _folder = new(() =>
    {
        var folder = Path.Combine(Path.GetFullPath(storage.Path), "archives");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return folder;
    });

    private volatile string? _archive;

    /// <summary>Whether whoever runs the server begins it again once it has ended for this.</summary>
    public bool IsServedAgain { get; init; }

    /// <summary>Where the store is.</summary>
    public StorePlace Place => StorePlace.Of(storage);

    /// <summary>The archive to restore; null while there is none.</summary>
    public string? Archive => _archive;

    /// <summary>A name for a file that is read or written while an archive comes or goes.</summary>
    public string NewFile() => Path.Combine(_folder.Value, $"{Guid.NewGuid():N}.zip");

    /// <summary>The archive is restored once the server has ended.</summary>
    public void Set(string archive) => _archive = archive;
}
