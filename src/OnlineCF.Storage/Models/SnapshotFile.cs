using System.Buffers.Binary;
using System.Globalization;
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
    private const int PreambleBytes = 12;
    private const int ChecksumBytes = SHA256.HashSizeInBytes;
    private const int MaxHeaderBytes = 1 << 20;
    private const int PieceBytes = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "OCFSNAP1"u8;

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
    public static (long SizeBytes, string Checksum) Write(
        string path, FactorSnapshot snapshot, RoundRecord round, long epoch)
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(HeaderOf(snapshot, round, epoch), ModelJson.Default.SnapshotHeader);
        var result = (SizeBytes: 0L, Checksum: "");
        DurableFile.Replace(path, file =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Span<byte> preamble = stackalloc byte[PreambleBytes];
            Magic.CopyTo(preamble);
            BinaryPrimitives.WriteInt32LittleEndian(preamble[Magic.Length..], header.Length);
            WriteHashed(file, hash, preamble);
            WriteHashed(file, hash, header);
            WriteTable(file, hash, snapshot.Movies);
            WriteTable(file, hash, snapshot.Users);
            var checksum = hash.GetHashAndReset();
            file.Write(checksum);
            result = (file.Position, Convert.ToHexStringLower(checksum));
        });
        return result;
    }

    /// <summary>Reads the snapshot, whole or not at all.</summary>
    /// <exception cref="CorruptSnapshotException">The file is not what was written for this version.</exception>
    public static FactorSnapshot Read(string path, long version, string? expectedChecksum)
    {
        using var file = Open(path, version);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = ReadHeader(file, hash, version);
        var movies = ReadTable(file, hash, header.Movies, header.Stride, version);
        var users = ReadTable(file, hash, header.Users, header.Stride, version);
        CheckTrailer(file, hash, version, expectedChecksum);
        return new FactorSnapshot
        {
            Version = version,
            TrainedSequence = header.TrainedSequence,
            TrainedAt = header.TrainedAt,
            GlobalMean = header.GlobalMean,
            FoldIn = header.FoldIn,
            Movies = movies.ToTable(header.EmbeddingDim),
            Users = users.ToTable(header.EmbeddingDim),
        };
    }

    /// <summary>Reads the whole file in small pieces and checks it.</summary>
    /// <returns>The header, the file's size and its checksum.</returns>
    /// <exception cref="CorruptSnapshotException">The file is not what was written for this version.</exception>
    public static (SnapshotHeader Header, long SizeBytes, string Checksum) Verify(
        string path, long version, string? expectedChecksum)
    {
        using var file = Open(path, version);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = ReadHeader(file, hash, version);
        var piece = new byte[PieceBytes];
        while (file.Length - ChecksumBytes - file.Position is > 0 and var left)
        {
            ReadHashed(file, hash, piece.AsSpan(0, (int)Math.Min(left, piece.Length)), version);
        }

        return (header, file.Length, CheckTrailer(file, hash, version, expectedChecksum));
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

    private static SnapshotHeader ReadHeader(FileStream file, IncrementalHash hash, long version)
    {
        Span<byte> preamble = stackalloc byte[PreambleBytes];
        ReadHashed(file, hash, preamble, version);
        if (!preamble.StartsWith(Magic))
        {
            throw new CorruptSnapshotException(version, "it is no snapshot file of a known format");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(preamble[Magic.Length..]);
        if (length is <= 0 or > MaxHeaderBytes)
        {
            throw new CorruptSnapshotException(version, "its header has an impossible length");
        }

        var bytes = new byte[length];
        ReadHashed(file, hash, bytes, version);
        var header = ParseHeader(bytes, version);
        CheckOutline(header, file.Length - PreambleBytes - length - ChecksumBytes, version);
        return header;
    }

    private static SnapshotHeader ParseHeader(byte[] bytes, long version)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, ModelJson.Default.SnapshotHeader)!;
        }
        catch (JsonException e)
        {
            throw new CorruptSnapshotException(version, "its header is damaged", e);
        }
    }

    // Before anything is allocated by numbers that may be damaged.
    private static void CheckOutline(SnapshotHeader header, long arrayBytes, long version)
    {
        if (header is not { Movies: >= 0, Users: >= 0, EmbeddingDim: > 0, Round: not null, FoldIn: not null })
        {
            throw new CorruptSnapshotException(version, "its header is damaged");
        }

        if (header.Version != version)
        {
            throw new CorruptSnapshotException(version, $"it is version {header.Version}");
        }

        if (header.Stride != FactorTable.StrideOf(header.EmbeddingDim))
        {
            throw new CorruptSnapshotException(version, $"its rows have {header.Stride} floats, which this build does not read");
        }

        var expected = ((Int128)header.Movies + header.Users) * (16 + (8 * (Int128)header.Stride));
        if (expected != arrayBytes)
        {
            throw new CorruptSnapshotException(version, $"it has {arrayBytes} bytes of factors instead of {expected}");
        }
    }

    private static void WriteTable(FileStream file, IncrementalHash hash, FactorTable table)
    {
        WriteHashed(file, hash, MemoryMarshal.AsBytes(table.Ids.AsSpan()));
        WriteHashed(file, hash, MemoryMarshal.AsBytes(table.Counts.AsSpan()));
        WriteHashed(file, hash, MemoryMarshal.AsBytes(table.Biases.AsSpan()));
        WriteHashed(file, hash, MemoryMarshal.AsBytes(table.RatingFactors.AsSpan()));
        WriteHashed(file, hash, MemoryMarshal.AsBytes(table.RankingFactors.AsSpan()));
    }

    private static TableArrays ReadTable(FileStream file, IncrementalHash hash, int rows, int stride, long version)
    {
        var floats = checked(rows * stride);
        var arrays = new TableArrays(
            new long[rows], new int[rows], new float[rows], new float[floats], new float[floats]);
        ReadHashed(file, hash, MemoryMarshal.AsBytes(arrays.Ids.AsSpan()), version);
        ReadHashed(file, hash, MemoryMarshal.AsBytes(arrays.Counts.AsSpan()), version);
        ReadHashed(file, hash, MemoryMarshal.AsBytes(arrays.Biases.AsSpan()), version);
        ReadHashed(file, hash, MemoryMarshal.AsBytes(arrays.RatingFactors.AsSpan()), version);
        ReadHashed(file, hash, MemoryMarshal.AsBytes(arrays.RankingFactors.AsSpan()), version);
        return arrays;
    }

    // In pieces, so that the hash works on what the cache still holds.
    private static void WriteHashed(FileStream file, IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, PieceBytes)..])
        {
            var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
            hash.AppendData(piece);
            file.Write(piece);
        }
    }

    private static void ReadHashed(FileStream file, IncrementalHash hash, Span<byte> bytes, long version)
    {
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(bytes.Length, PieceBytes)..])
        {
            var piece = bytes[..Math.Min(bytes.Length, PieceBytes)];
            ReadAll(file, piece, version);
            hash.AppendData(piece);
        }
    }

    private static void ReadAll(FileStream file, Span<byte> bytes, long version)
    {
        if (file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new CorruptSnapshotException(version, "it is truncated");
        }
    }

    private static string CheckTrailer(FileStream file, IncrementalHash hash, long version, string? expectedChecksum)
    {
        Span<byte> stored = stackalloc byte[ChecksumBytes];
        ReadAll(file, stored, version);
        var checksum = hash.GetHashAndReset();
        if (!stored.SequenceEqual(checksum))
        {
            throw new CorruptSnapshotException(version, "its checksum does not fit its contents");
        }

        var hex = Convert.ToHexStringLower(checksum);
        return expectedChecksum is null || expectedChecksum == hex
            ? hex
            : throw new CorruptSnapshotException(version, "it is another snapshot than was published");
    }

    private sealed record TableArrays(
        long[] Ids, int[] Counts, float[] Biases, float[] RatingFactors, float[] RankingFactors)
    {
        public FactorTable ToTable(int embeddingDim) =>
            new(embeddingDim, Ids, Counts, Biases, RatingFactors, RankingFactors);
    }
}
