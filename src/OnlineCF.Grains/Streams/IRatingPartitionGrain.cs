using OnlineCF.Grains.Movies;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// The subscriber of one partition of the rating stream; the key is the partition. Hands each movie its
/// entries and keeps the partition's statistics, checkpointed with the sequence they stand for.
/// </summary>
[Alias("onlinecf.IRatingPartitionGrain")]
public interface IRatingPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>The partition's statistics, when they have changed since a sequence.</summary>
    [Alias("GetStatistics")]
    public Task<PartitionStatistics> GetStatisticsAsync(long knownSequence);
}

/// <summary>The statistics of a partition's movies after every entry up to and with the sequence.</summary>
/// <param name="Sequence">How far the partition has come.</param>
/// <param name="Movies">Null when nothing has changed since the sequence asked with.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.PartitionStatistics")]
public sealed record PartitionStatistics(
    [property: Id(0)] long Sequence, [property: Id(1)] RatedMovie[]? Movies);

/// <summary>A movie with its statistics.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatedMovie")]
public readonly record struct RatedMovie(
    [property: Id(0)] long MovieId, [property: Id(1)] MovieStatistics Statistics);
