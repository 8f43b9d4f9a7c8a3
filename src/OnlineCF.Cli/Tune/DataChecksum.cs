using System.Buffers.Binary;
using System.Security.Cryptography;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Tune;

/// <summary>A checksum of ratings as read, so that a zip and its unpacked folder have the same.</summary>
internal static class DataChecksum
{
    private const int BytesPerRating = 28;

    /// <summary>SHA-256, in hexadecimal.</summary>
    public static string Of(IEnumerable<Rating> ratings)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> bytes = stackalloc byte[BytesPerRating];
        foreach (var rating in ratings)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, rating.UserId);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], rating.MovieId);
            BinaryPrimitives.WriteSingleLittleEndian(bytes[16..], rating.Value);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[20..], rating.RatedAtMicros);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
