using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>
/// Reads and checks what <see cref="SnapshotFormat"/> writes, of any format; nothing is believed that a checksum
/// does not cover.
/// </summary>
/// <param name="stream">At the snapshot's first byte; it need not be able to seek.</param>
/// <param name="sizeBytes">Of the whole snapshot.</param>
/// <param name="version">What it must be.</param>
internal sealed class SnapshotReader(Stream stream, long sizeBytes, long version) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _format;

    /// <summary>Reads the snapshot or its movies, whole or not at all.</summary>
    /// <param name="parts">Where the movies suffice, the users are not read, but in format 1, where only the end says whether the movies are right.</param>
    /// <param name="expectedChecksum">Of the whole snapshot; compared where all of it is read.</param>
    /// <exception cref="CorruptSnapshotException">It is not what was written for this version.</exception>
    public FactorSnapshot Read(SnapshotParts parts, string? expectedChecksum)
    {
        var header = ReadHeader();
        var movies = ReadTable(header.Movies, header.Stride).ToTable(header.EmbeddingDim);
        var sittings = header.HasSittings ? movies.WithRanking(ReadRanking(header)) : null;
        var judged = header.HasJudged ? movies.WithRanking(ReadRanking(header)) : null;
        EndSection(isLast: false);
        TableArrays? users = null;
        if (parts == SnapshotParts.All)
        {
            users = ReadTable(header.Users, header.Stride);
            RefuseOther(EndSection(isLast: true), expectedChecksum);
        }
        else if (_format == 1)
        {
            Skip(SnapshotFormat.TableBytes(header.Users, header.Stride));
            RefuseOther(EndSection(isLast: true), expectedChecksum);
        }

        return new FactorSnapshot
        {
            Version = version,
            TrainedSequence = header.TrainedSequence,
            TrainedAt = header.TrainedAt,
            GlobalMean = header.GlobalMean,
            FoldIn = header.FoldIn,
            Movies = movies,
            SittingMovies = sittings,
            JudgedMovies = judged,
            Users = users?.ToTable(header.EmbeddingDim) ?? FactorTable.Empty(header.EmbeddingDim),
        };
    }

    /// <summary>Reads all of it in small pieces and checks it.</summary>
    /// <returns>The header and the checksum, lower-case hex.</returns>
    /// <exception cref="CorruptSnapshotException">It is not what was written for this version.</exception>
    public (SnapshotHeader Header, string Checksum) Verify(string? expectedChecksum)
    {
        var header = ReadHeader();
        Skip(SnapshotFormat.MovieBytes(header));
        EndSection(isLast: false);
        Skip(SnapshotFormat.TableBytes(header.Users, header.Stride));
        var checksum = EndSection(isLast: true);
        RefuseOther(checksum, expectedChecksum);
        return (header, checksum);
    }

    public void Dispose() => _hash.Dispose();

    private SnapshotHeader ReadHeader()
    {
        Span<byte> preamble = stackalloc byte[SnapshotFormat.PreambleBytes];
        Read(preamble);
        _format = preamble[SnapshotFormat.Magic.Length] - '0';
        if (!preamble.StartsWith(SnapshotFormat.Magic) || _format is < 1 or > SnapshotFormat.CurrentFormat)
        {
            throw Corrupt("it is no snapshot file of a known format");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(preamble[(SnapshotFormat.Magic.Length + 1)..]);
        if (length is <= 0 or > SnapshotFormat.MaxHeaderBytes)
        {
            throw Corrupt("its header has an impossible length");
        }

        var bytes = new byte[length];
        Read<byte>(bytes);
        EndSection(isLast: false);
        var header = ParseHeader(bytes);
        CheckOutline(header, sizeBytes - SnapshotFormat.PreambleBytes - length - (SnapshotFormat.ChecksumsOf(_format) * SnapshotFormat.ChecksumBytes));
        return header;
    }

    private SnapshotHeader ParseHeader(byte[] bytes)
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
    private void CheckOutline(SnapshotHeader header, long tableBytes)
    {
        if (header is not { Movies: >= 0, Users: >= 0, EmbeddingDim: > 0, Round: not null, FoldIn: not null })
        {
            throw Corrupt("its header is damaged");
        }

        if (header.Version != version)
        {
            throw Corrupt($"it is version {header.Version}");
        }

        if (header.Stride != FactorTable.StrideOf(header.EmbeddingDim))
        {
            throw Corrupt($"its rows have {header.Stride} floats, which this build does not read");
        }

        var expected = SnapshotFormat.TableBytes(header);
        if (expected != tableBytes)
        {
            throw Corrupt($"it has {tableBytes} bytes of factors instead of {expected}");
        }

        if (Math.Max(header.Movies, header.Users) * (long)header.Stride > Array.MaxLength)
        {
            throw Corrupt("it has more factors than an array holds");
        }
    }

    private float[] ReadRanking(SnapshotHeader header)
    {
        var ranking = new float[header.Movies * header.Stride];
        Read<float>(ranking);
        return ranking;
    }

    private TableArrays ReadTable(int rows, int stride)
    {
        var floats = rows * stride;
        var arrays = new TableArrays(
            new long[rows], new int[rows], new float[rows], new float[floats], new float[floats]);
        Read<long>(arrays.Ids);
        Read<int>(arrays.Counts);
        Read<float>(arrays.Biases);
        Read<float>(arrays.RatingFactors);
        Read<float>(arrays.RankingFactors);
        return arrays;
    }

    private void Skip(Int128 bytes)
    {
        var piece = new byte[SnapshotFormat.PieceBytes];
        for (; bytes > 0; bytes -= Math.Min((long)bytes, piece.Length))
        {
            Read(piece.AsSpan(0, (int)Math.Min((long)bytes, piece.Length)));
        }
    }

    private void Read<T>(Span<T> values)
        where T : unmanaged
    {
        var most = SnapshotFormat.PieceBytes / Unsafe.SizeOf<T>();
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, most)..])
        {
            var piece = MemoryMarshal.AsBytes(values[..Math.Min(values.Length, most)]);
            ReadAll(piece);
            _hash.AppendData(piece);
        }
    }

    private void ReadAll(Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Corrupt("it is truncated");
        }
    }

    // In format 1 only the last section has a checksum.
    private string EndSection(bool isLast)
    {
        if (_format == 1 && !isLast)
        {
            return "";
        }

        var checksum = _hash.GetCurrentHash();
        Span<byte> stored = stackalloc byte[SnapshotFormat.ChecksumBytes];
        ReadAll(stored);
        if (!stored.SequenceEqual(checksum))
        {
            throw Corrupt("its checksum does not fit its contents");
        }

        _hash.AppendData(stored);
        return Convert.ToHexStringLower(checksum);
    }

    private void RefuseOther(string checksum, string? expected)
    {
        if (expected is not null && expected != checksum)
        {
            throw Corrupt("it is another snapshot than was published");
        }
    }

    private CorruptSnapshotException Corrupt(string reason) => new(version, reason);

    private sealed record TableArrays(
        long[] Ids, int[] Counts, float[] Biases, float[] RatingFactors, float[] RankingFactors)
    {
        public FactorTable ToTable(int embeddingDim) =>
            new(embeddingDim, Ids, Counts, Biases, RatingFactors, RankingFactors);
    }
}
