using System.Diagnostics;
using System.Globalization;
using OnlineCF.Core;

namespace OnlineCF.Storage.Folders;

/// <summary>
/// Exclusive use of a folder, held by an open file that the operating system locks: it ends with the
/// process, however that ends, so there is never a stale lock to clear.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string LockName = "onlinecf.lock";

    // The locked file itself cannot be read by others, so the holder's id stands beside it.
    private const string HolderName = "onlinecf.pid";

    // How .NET says that another has the lock: errno of flock(2), or the error of Windows.
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnBsd = 35;
    private const int SharingViolation = unchecked((int)0x80070020);

    private readonly FileStream _file;
    private readonly string _holderPath;

    private FolderLock(FileStream file, string holderPath) => (_file, _holderPath) = (file, holderPath);

    /// <summary>Creates the folder where missing and takes it.</summary>
    /// <exception cref="StoreInUseException">Somebody else holds it.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be created or written.</exception>
    public static FolderLock Acquire(string folder)
    {
        Create(folder);
        var holderPath = Path.Combine(folder, HolderName);
        var file = OpenLocked(folder, holderPath);
        try
        {
            File.WriteAllText(holderPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The id is a courtesy, and a full disk no reason not to read what is stored.
        }
        catch (UnauthorizedAccessException e)
        {
            file.Dispose();
            throw NotWritable(folder, e);
        }

        return new FolderLock(file, holderPath);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(_holderPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The id is a courtesy to whoever finds the folder taken; the lock is the open file.
        }

        _file.Dispose();
    }

    private static void Create(string folder)
    {
        if (File.Exists(folder))
        {
            throw new StoreUnavailableException($"'{folder}' is a file; the store needs a folder.");
        }

        try
        {
            DurableFile.CreateFolder(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The folder '{folder}' cannot be created: {e.Message}", e);
        }
    }

    private static FileStream OpenLocked(string folder, string holderPath)
    {
        var lockPath = Path.Combine(folder, LockName);
        try
        {
            return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(folder, e);
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnBsd or SharingViolation)
        {
            throw new StoreInUseException(folder, ReadHolder(holderPath), e);
        }
        catch (IOException e)
        {
            throw NotWritable(folder, e);
        }
    }

    private static int? ReadHolder(string holderPath)
    {
        try
        {
            if (!int.TryParse(File.ReadAllText(holderPath), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                return null;
            }

            // A process that was killed leaves its id behind; naming it would mislead.
            using var holder = Process.GetProcessById(id);
            return id;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static StoreUnavailableException NotWritable(string folder, Exception e) =>
        new($"The folder '{folder}' cannot be written: {e.Message}", e);
}
