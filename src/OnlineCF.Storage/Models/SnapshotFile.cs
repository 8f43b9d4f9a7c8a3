using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Models;

/// <summary>
/// A snapshot on disk, little-endian:
/// <code>
/// 8 bytes   "OCFSNAP1", the last character being the format
/// 4 bytes   length of the header
/// n bytes   header, JSON
/// movies    ids (int64), counts (int32), biases (float32), rating factors, ranking factors (float32, rows × stride)
/// users     the same
/// 32 bytes  SHA-256 of everything before
/// </code>
/// The arrays are written from and read into the table's own memory.
/// </summary>
internal static class SnapshotFile
{
    /// <summary>Bytes before the header.</summary>
    public const int PreambleBytes = 12;

    /// <summary>Bytes after the arrays.</summary>
    public const int ChecksumBytes = SHA256.HashSizeInBytes;

    /// <summary>Longest header; it takes about 2 kB.</summary>
    public const int MaxHeaderBytes = 1 << 20;

    /// <summary>Bytes that are hashed and written or read at once, so that the second finds them in the cache.</summary>
    public const int PieceBytes = 1 << 20;

    /// <summary>What a snapshot file starts with.</summary>
    public static ReadOnlySpan<byte> Magic => "OCFSNAP1"u8;

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
        string path, FactorSnapshot snapshot, RoundRecord round, long epoch)
    {
        if (snapshot.Users.EmbeddingDim != snapshot.Movies.EmbeddingDim)
        {
            throw new ArgumentException("Users and movies must have one dimension.", nameof(snapshot));
        }

        var header = JsonSerializer.SerializeToUtf8Bytes(HeaderOf(snapshot, round, epoch), ModelJson.Default.SnapshotHeader);
        var result = (SizeBytes: 0L, Checksum: "");
        DurableFile.Replace(path, file =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> preamble = stackalloc byte[PreambleBytes];
            Magic.CopyTo(preamble);
            BinaryPrimitives.WriteInt32LittleEndian(preamble[Magic.Length..], header.Length);
            WriteHashed<byte>(file, hash, preamble);
            WriteHashed<byte>(file, hash, header);
            WriteTable(file, hash, snapshot.Movies);
            WriteTable(file, hash, snapshot.Users);
            var checksum = hash.GetHashAndReset();
            file.Write(checksum);
            result = (file.Position, Convert.ToHexStringLower(checksum));
        });
        return result;
    }

    private static SnapshotHeader HeaderOf(FactorSnapshot snapshot, RoundRecord round, long epoch) => new()
    {
        Version = snapshot.Version,
        Epoch = epoch,
        TrainedSequence = snapshot.TrainedSequence,
        TrainedAt = snapshot.TrainedAt,
        GlobalMean = snapshot.GlobalMean,
        FoldIn = snapshot.FoldIn,
        EmbeddingDim = snapshot.EmbeddingDim,
        Stride = snapshot.Movies.Stride,
        Movies = snapshot.Movies.Count,
        Users = snapshot.Users.Count,
        Round = round,
    };

    private static void WriteTable(FileStream file, IncrementalHash hash, FactorTable table)
    {
        WriteHashed<long>(file, hash, table.Ids);
        WriteHashed<int>(file, hash, table.Counts);
        WriteHashed<float>(file, hash, table.Biases);
        WriteHashed<float>(file, hash, table.RatingFactors);
        WriteHashed<float>(file, hash, table.RankingFactors);
    }

    // An array may have more bytes than a span can count.
    private static void WriteHashed<T>(FileStream file, IncrementalHash hash, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var most = PieceBytes / Unsafe.SizeOf<T>();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, most)..])
        {
            var piece = MemoryMarshal.AsBytes(values[..Math.Min(values.Length, most)]);
            hash.AppendData(piece);
            file.Write(piece);
        }
    }
}
