using Orleans.Runtime;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// The rating log as a persistent stream: a few partitions by movie, one stream each. One stream a user
/// would make every cold stream pause its whole queue.
/// </summary>
public static class RatingStream
{
    /// <summary>Name of the stream provider.</summary>
    public const string Provider = "ratings";

    /// <summary>Namespace of the partitions' streams.</summary>
    public const string Namespace = "ratings";

    /// <summary>How many partitions there are. A stored checkpoint belongs to this number.</summary>
    public const int Partitions = 4;

    /// <summary>The partition that owns a movie.</summary>
    public static int PartitionOf(long movieId)
    {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4): the top bits of id · 2^64/φ.
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        return (int)((((ulong)movieId * Multiplier) >> 32) % Partitions);
    }

    /// <summary>The stream of a partition.</summary>
    public static StreamId StreamOf(int partition) => StreamId.Create(Namespace, partition);
}
