using System.Runtime.InteropServices;

namespace OnlineCF.Storage.Sqlite.Database;

/// <summary>
/// Which file a path names: on Linux its device and inode, so that a file that was deleted or replaced under those
/// who have it open is found out; elsewhere only whether there is one (Windows deletes no open file).
/// </summary>
internal static partial class FileIdentity
{
    // struct statx, the same on every architecture.
    private const int StatxBytes = 256;
    private const int InodeOffset = 32;
    private const int DeviceOffset = 136;
    private const uint InodeMask = 0x100;
    private const int CurrentFolder = -100;

    private static readonly bool _hasStatx = OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(
        NativeLibrary.GetMainProgramHandle(), "statx", out _);

    /// <summary>The file's identity; null where there is none by this name. Costs a microsecond.</summary>
    public static (ulong Device, ulong Inode)? Of(string path)
    {
        if (!_hasStatx)
        {
            return File.Exists(path) ? (0, 0) : null;
        }

        Span<byte> status = stackalloc byte[StatxBytes];
        return Statx(CurrentFolder, path, 0, InodeMask, ref MemoryMarshal.GetReference(status)) == 0
            ? (Read(status[DeviceOffset..]), Read(status[InodeOffset..]))
            : null;
    }

    private static ulong Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<ulong>(bytes);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte status);
}
