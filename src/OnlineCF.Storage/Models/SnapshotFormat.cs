using System.Security.Cryptography;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>
/// A stored snapshot, little-endian, in three sections, each with a SHA-256 of everything before it, so that a reader
/// may stop after a section and knows that it is whole:
/// <code>
/// 8 bytes   "OCFSNAP3", the last character being the format
/// 4 bytes   length of the header
/// n bytes   header, JSON
/// 32 bytes  checksum
/// movies    ids (int64), counts (int32), biases (float32), rating factors, ranking factors (float32, rows × stride),
///           then, where the header says that there are any, ranking factors of sittings and those that were judged
/// 32 bytes  checksum
/// users     as the movies, without the last two
/// 32 bytes  checksum, which stands for the whole snapshot
/// </code>
/// Format 2 has no more than one table of ranking factors, format 1 the last checksum alone. The arrays are written from and read into the table's own memory.
/// </summary>
internal static class SnapshotFormat
{
    /// <summary>Bytes before the header.</summary>
    public const int PreambleBytes = 12;

    /// <summary>Bytes of a checksum.</summary>
    public const int ChecksumBytes = SHA256.HashSizeInBytes;

    /// <summary>Longest header; it takes about 2 kB.</summary>
    public const int MaxHeaderBytes = 1 << 20;

    /// <summary>Bytes that are hashed and written or read at once, so that the second finds them in the cache.</summary>
    public const int PieceBytes = 1 << 20;

    /// <summary>What is written.</summary>
    public const int CurrentFormat = 3;

    /// <summary>What a snapshot starts with, but for the format.</summary>
    public static ReadOnlySpan<byte> Magic => "OCFSNAP"u8;

    /// <summary>How many checksums a snapshot of a format has.</summary>
    public static int ChecksumsOf(int format) => format == 1 ? 1 : 3;

    /// <summary>Bytes of one table.</summary>
    public static Int128 TableBytes(int rows, int stride) => (Int128)rows * (16 + (8 * (Int128)stride));

    /// <summary>Bytes of both tables.</summary>
    public static Int128 TableBytes(SnapshotHeader header) =>
        MovieBytes(header) + TableBytes(header.Users, header.Stride);

    /// <summary>Bytes of the movies.</summary>
    public static Int128 MovieBytes(SnapshotHeader header) => TableBytes(header.Movies, header.Stride)
        + (((header.HasSittings ? 1 : 0) + (header.HasJudged ? 1 : 0)) * (Int128)header.Movies * header.Stride * sizeof(float));

    /// <summary>Writes a snapshot; the stream is neither flushed nor closed.</summary>
    /// <returns>Size and checksum, lower-case hex.</returns>
    /// <exception cref="ArgumentException">Users and movies differ in dimension, or tables of movies in their rows.</exception>
    public static (long SizeBytes, string Checksum) Write(
        Stream stream, FactorSnapshot snapshot, RoundRecord round, long term)
    {
        if (snapshot.Users.EmbeddingDim != snapshot.Movies.EmbeddingDim)
        {
            throw new ArgumentException("Users and movies must have one dimension.", nameof(snapshot));
        }

        if (!HasRowsOf(snapshot.Movies, snapshot.SittingMovies) || !HasRowsOf(snapshot.Movies, snapshot.JudgedMovies))
        {
            throw new ArgumentException("All tables of movies must differ in their ranking factors alone.", nameof(snapshot));
        }

        using var writer = new SnapshotWriter(stream);
        writer.WriteHeader(HeaderOf(snapshot, round, term));
        writer.WriteTable(snapshot.Movies, snapshot.SittingMovies, snapshot.JudgedMovies);
        var checksum = writer.WriteTable(snapshot.Users);
        return (writer.SizeBytes, checksum);
    }

    private static bool HasRowsOf(FactorTable movies, FactorTable? other) =>
        other is null || (ReferenceEquals(other.Ids, movies.Ids) && ReferenceEquals(other.RatingFactors, movies.RatingFactors));

    private static SnapshotHeader HeaderOf(FactorSnapshot snapshot, RoundRecord round, long term) => new()
    {
        Version = snapshot.Version,
        Term = term,
        TrainedSequence = snapshot.TrainedSequence,
        TrainedAt = snapshot.TrainedAt,
        GlobalMean = snapshot.GlobalMean,
        FoldIn = snapshot.FoldIn,
        EmbeddingDim = snapshot.EmbeddingDim,
        Stride = snapshot.Movies.Stride,
        Movies = snapshot.Movies.Count,
        Users = snapshot.Users.Count,
        HasSittings = snapshot.SittingMovies is not null,
        HasJudged = snapshot.JudgedMovies is not null,
        Round = round,
    };
}
