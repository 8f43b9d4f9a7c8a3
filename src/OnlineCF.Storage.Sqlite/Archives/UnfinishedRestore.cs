using System.Text;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Sqlite.Archives;

/// <summary>A file in a store's folder that says that the store is being filled from an archive.</summary>
internal static class UnfinishedRestore
{
    private const string FileName = "restoring";

    /// <summary>The id of the archive; null where nothing is being restored.</summary>
    public static string? ArchiveOf(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>Remembers it, durably.</summary>
    public static void Begin(string folder, string archive) =>
        DurableFile.Replace(Path.Combine(folder, FileName), file => file.Write(Encoding.UTF8.GetBytes(archive)));

    /// <summary>Forgets it, durably.</summary>
    public static void End(string folder)
    {
        File.Delete(Path.Combine(folder, FileName));
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Refuses a store that a server opens.</summary>
    /// <exception cref="StoreCorruptException">It is half filled.</exception>
    public static void Refuse(string folder, string file)
    {
        if (ArchiveOf(folder) is not null)
        {
            throw new StoreCorruptException(
                file, "a restore into it was not finished. Run 'onlinecf restore' with the same archive again, which goes on where it stopped, or empty the folder.");
        }
    }
}
