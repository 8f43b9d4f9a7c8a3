using OnlineCF.Core;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// Finds out that the database was deleted or replaced while it was open: what is then written is in files
/// without a name, and gone with the process.
/// </summary>
/// <param name="file">The database.</param>
internal sealed class DatabaseFiles(string file)
{
    private readonly string[] _paths = [file, file + "-wal"];
    private (ulong Device, ulong Inode)?[]? _opened;
    private volatile string? _lost;

    /// <summary>What is wrong, for people; null when the files are there.</summary>
    public string? Fault => _lost ?? Missing();

    /// <summary>The files that are open now are those that must stay; once.</summary>
    public void Remember() => _opened ??= [.. _paths.Select(FileIdentity.Of)];

    /// <summary>Refuses to begin a commit that would be lost; when the files come back, so do the commits.</summary>
    /// <exception cref="StoreUnavailableException">The files are gone.</exception>
    public void RefuseMissing()
    {
        if (Fault is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }
    }

    /// <summary>Refuses to acknowledge a commit that may be lost. As it may also not be, nothing can follow it.</summary>
    /// <exception cref="StoreUnavailableException">The files are gone.</exception>
    public void RefuseLost()
    {
        _lost ??= Missing();
        RefuseMissing();
    }

    private string? Missing()
    {
        for (var i = 0; i < _opened?.Length; i++)
        {
            if (_opened[i] is { } opened && FileIdentity.Of(_paths[i]) != opened)
            {
                return $"'{_paths[i]}' was deleted or replaced while the server had it open, so nothing more is taken. "
                    + "Stop the server and put the folder back from a copy.";
            }
        }

        return null;
    }
}
