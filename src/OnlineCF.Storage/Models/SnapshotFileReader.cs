using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>Reads and checks what <see cref="SnapshotFile"/> writes; nothing is believed that the checksum does not cover.</summary>
internal static class SnapshotFileReader
{
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
        var piece = new byte[SnapshotFile.PieceBytes];
        while (file.Length - SnapshotFile.ChecksumBytes - file.Position is > 0 and var left)
        {
            ReadHashed(file, hash, piece.AsSpan(0, (int)Math.Min(left, piece.Length)), version);
        }

        return (header, file.Length, CheckTrailer(file, hash, version, expectedChecksum));
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

    private static SnapshotHeader ReadHeader(FileStream file, IncrementalHash hash, long version)
    {
        Span<byte> preamble = stackalloc byte[SnapshotFile.PreambleBytes];
        ReadHashed(file, hash, preamble, version);
        if (!preamble.StartsWith(SnapshotFile.Magic))
        {
            throw new CorruptSnapshotException(version, "it is no snapshot file of a known format");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(preamble[SnapshotFile.Magic.Length..]);
        if (length is <= 0 or > SnapshotFile.MaxHeaderBytes)
        {
            throw new CorruptSnapshotException(version, "its header has an impossible length");
        }

        var bytes = new byte[length];
        ReadHashed<byte>(file, hash, bytes, version);
        var header = ParseHeader(bytes, version);
        CheckOutline(header, file.Length - SnapshotFile.PreambleBytes - length - SnapshotFile.ChecksumBytes, version);
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

    private static TableArrays ReadTable(FileStream file, IncrementalHash hash, int rows, int stride, long version)
    {
        var floats = checked(rows * stride);
        var arrays = new TableArrays(
            new long[rows], new int[rows], new float[rows], new float[floats], new float[floats]);
        ReadHashed<long>(file, hash, arrays.Ids, version);
        ReadHashed<int>(file, hash, arrays.Counts, version);
        ReadHashed<float>(file, hash, arrays.Biases, version);
        ReadHashed<float>(file, hash, arrays.RatingFactors, version);
        ReadHashed<float>(file, hash, arrays.RankingFactors, version);
        return arrays;
    }

    private static void ReadHashed<T>(FileStream file, IncrementalHash hash, Span<T> values, long version)
        where T : unmanaged
    {
        var most = SnapshotFile.PieceBytes / Unsafe.SizeOf<T>();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, most)..])
        {
            var piece = MemoryMarshal.AsBytes(values[..Math.Min(values.Length, most)]);
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
        Span<byte> stored = stackalloc byte[SnapshotFile.ChecksumBytes];
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
