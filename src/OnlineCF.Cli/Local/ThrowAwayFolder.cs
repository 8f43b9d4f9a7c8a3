namespace OnlineCF.Cli.Local;

/// <summary>
/// A folder for a store that nobody needs afterwards: in memory where the system has room for it there, so
/// that the store's commits do not wait for a disk, else among the temporary files.
/// </summary>
internal static class ThrowAwayFolder
{
    private const string SharedMemory = "/dev/shm";
    private const long BytesForModels = 256L << 20;
    private const long BytesPerRating = 400;

    /// <summary>A new folder with room for a store of so many ratings.</summary>
    public static string Create(long ratings)
    {
        try
        {
            if (OperatingSystem.IsLinux()
                && new DriveInfo(SharedMemory).AvailableFreeSpace > BytesForModels + (ratings * BytesPerRating))
            {
                return Directory.CreateDirectory(
                    Path.Combine(SharedMemory, $"onlinecf-{Guid.CreateVersion7():N}")).FullName;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, or not for this user.
        }

        return CreateOnDisk(null);
    }

    /// <summary>A new folder whose commits wait for a disk as a server's do.</summary>
    /// <param name="parent">Where; null for the temporary files.</param>
    public static string CreateOnDisk(string? parent) => parent is null
        ? Directory.CreateTempSubdirectory("onlinecf-").FullName
        : Directory.CreateDirectory(Path.Combine(parent, $"onlinecf-{Guid.CreateVersion7():N}")).FullName;

    /// <summary>Removes it; what cannot be removed is left to the system, which empties both places.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
