using OnlineCF.Grains.Movies;
using OnlineCF.Scoring;
using Orleans.Concurrency;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// The subscriber of one partition of the rating stream; the key is the partition. Hands each movie its
/// entries and keeps the movies' rows, checkpointed with the sequence they stand for, and the vectors of movies
/// that the model was trained without.
/// </summary>
[Alias("onlinecf.IRatingPartitionGrain")]
public interface IRatingPartitionGrain : IGrainWithIntegerKey
{
    /// <summary>A page of the movies whose statistics changed after what the caller knows.</summary>
    [Alias("GetChanges"), AlwaysInterleave]
    public Task<StatisticsPage> GetChangesAsync(ChangeMark known);

    /// <summary>A page of the movies that were folded into a model after what the caller knows; empty for another model.</summary>
    [Alias("GetFolded"), AlwaysInterleave]
    public Task<FoldedPage> GetFoldedAsync(long version, ChangeMark known);

    /// <summary>A movie's row, or null when it has none.</summary>
    [Alias("GetMovie"), AlwaysInterleave]
    public Task<MovieTally?> GetMovieAsync(long movieId);
}

/// <summary>How far a reader has followed a partition's changes.</summary>
/// <param name="Activation">Which activation numbered them; changes of another one are all news.</param>
/// <param name="Change">The number of the last change known.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.ChangeMark")]
public readonly record struct ChangeMark([property: Id(0)] string Activation, [property: Id(1)] long Change)
{
    /// <summary>Nothing is known.</summary>
    public static ChangeMark Start { get; } = new("", 0);
}

/// <summary>Movies whose statistics changed, oldest change first.</summary>
/// <param name="Sequence">Every entry up to and with this one is in, once there is no more.</param>
/// <param name="Mark">To be given back for the next page.</param>
/// <param name="Movies">With the statistics they have now; without ratings where the last was taken away.</param>
/// <param name="HasMore">Whether another page is there already.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.StatisticsPage")]
public sealed record StatisticsPage(
    [property: Id(0)] long Sequence,
    [property: Id(1)] ChangeMark Mark,
    [property: Id(2)] RatedMovie[] Movies,
    [property: Id(3)] bool HasMore);

/// <summary>Movies that were folded in, oldest change first.</summary>
/// <param name="Mark">To be given back for the next page.</param>
/// <param name="Movies">With the vectors they have now.</param>
/// <param name="HasMore">Whether another page is there already.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.FoldedPage")]
public sealed record FoldedPage(
    [property: Id(0)] ChangeMark Mark, [property: Id(1)] VectorsOfMovie[] Movies, [property: Id(2)] bool HasMore);

/// <summary>A movie with its statistics.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatedMovie")]
public readonly record struct RatedMovie(
    [property: Id(0)] long MovieId, [property: Id(1)] MovieStatistics Statistics);

/// <summary>A folded-in movie as it travels.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.VectorsOfMovie")]
public readonly record struct VectorsOfMovie(
    [property: Id(0)] long MovieId,
    [property: Id(1)] float Bias,
    [property: Id(2)] float[] Rating,
    [property: Id(3)] float[] Ranking)
{
    /// <summary>The travelling form.</summary>
    public static VectorsOfMovie Of(long movieId, MovieVectors vectors) =>
        new(movieId, vectors.Bias, vectors.Rating, vectors.Ranking);

    /// <summary>The vectors as scoring takes them.</summary>
    public MovieVectors Vectors => new(Bias, Rating, Ranking);
}
