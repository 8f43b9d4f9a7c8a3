using System.Globalization;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Models;

/// <summary>Snapshots as files of a folder.</summary>
internal static class SnapshotFile
{
    /// <summary>The file name of a version.</summary>
    public static string NameOf(long version) => string.Create(CultureInfo.InvariantCulture, $"snapshot-{version}.ocf");

    /// <summary>The version in a file name; false for other files.</summary>
    public static bool TryParseName(string name, out long version)
    {
        version = 0;
        return name.StartsWith("snapshot-", StringComparison.Ordinal) && name.EndsWith(".ocf", StringComparison.Ordinal)
            && long.TryParse(name.AsSpan()["snapshot-".Length..^".ocf".Length], NumberStyles.None, CultureInfo.InvariantCulture, out version)
            && version > 0;
    }

    /// <summary>Writes the snapshot durably.</summary>
    /// <returns>Size of the file and its checksum, lower-case hex.</returns>
    /// <exception cref="ArgumentException">Users and movies differ in dimension.</exception>
    public static (long SizeBytes, string Checksum) Write(
        string path, FactorSnapshot snapshot, RoundRecord round, long term)
    {
        var result = (SizeBytes: 0L, Checksum: "");
        DurableFile.Replace(path, file => result = SnapshotFormat.Write(file, snapshot, round, term));
        return result;
    }

    /// <summary>Reads the snapshot or its movies, whole or not at all.</summary>
    /// <exception cref="CorruptSnapshotException">The file is not what was written for this version.</exception>
    public static FactorSnapshot Read(string path, long version, string? expectedChecksum, SnapshotParts parts)
    {
        using var file = Open(path, version);
        using var reader = new SnapshotReader(file, file.Length, version);
        return reader.Read(parts, expectedChecksum);
    }

    /// <summary>Reads the whole file in small pieces and checks it.</summary>
    /// <returns>The header, the file's size and its checksum.</returns>
    /// <exception cref="CorruptSnapshotException">The file is not what was written for this version.</exception>
    public static (SnapshotHeader Header, long SizeBytes, string Checksum) Verify(
        string path, long version, string? expectedChecksum)
    {
        using var file = Open(path, version);
        using var reader = new SnapshotReader(file, file.Length, version);
        var (header, checksum) = reader.Verify(expectedChecksum);
        return (header, file.Length, checksum);
    }

    private static FileStream Open(string path, long version)
    {
        try
        {
            // Reads are of whole arrays; a buffer would only copy them.
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException e)
        {
            throw new CorruptSnapshotException(version, "its file is missing", e);
        }
    }
}
