using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OnlineCF.Storage.Folders;

/// <summary>Files that are there whole or not at all, also after a power cut.</summary>
internal static partial class DurableFile
{
    /// <summary>What an unfinished file's name ends with.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a temporary file, syncs it, renames it to <paramref name="path"/> and syncs the folder.</summary>
    /// <exception cref="IOException">Nothing was replaced, or the last sync failed.</exception>
    public static void Replace(string path, Action<FileStream> write)
    {
        var temporary = path + TemporarySuffix;
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            DeleteQuietly(temporary);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file nobody needs any more; a failure leaves it for the next clean-up.</summary>
    public static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Only room is lost.
        }
    }

    /// <summary>Creates the folder and those above it where missing, durably.</summary>
    public static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder);
        if (parent is not null)
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(folder);
        if (parent is not null)
        {
            SyncFolder(parent);
        }
    }

    /// <summary>Makes created, renamed and deleted names durable; file systems of Windows need no such step.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // .NET opens no directories, so the descriptor comes from open(2); O_RDONLY is 0 everywhere.
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            throw new IOException($"'{folder}' cannot be synced.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        RandomAccess.FlushToDisk(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
