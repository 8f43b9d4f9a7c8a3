using OnlineCF.Grains.Recommending;

namespace OnlineCF.Server.Services;

/// <summary>By what a watched list is known to be another one, without the list: reasons change with the scores.</summary>
internal sealed class WatchedOutline : IEquatable<WatchedOutline>
{
    private readonly long _modelVersion;
    private readonly long _catalogue;
    private readonly (long MovieId, float Score, float PredictedRating)[] _movies;

    private WatchedOutline(RecommendationList list, long catalogue)
    {
        Source = list.Source;
        _modelVersion = list.ModelVersion;
        _catalogue = catalogue;
        _movies = [.. list.Movies.Select(movie => (movie.MovieId, movie.Score, movie.PredictedRating))];
    }

    /// <summary>Where the list comes from.</summary>
    public RecommendationSource Source { get; }

    /// <summary>That of a list with the titles of this version of the catalogue.</summary>
    public static WatchedOutline Of(RecommendationList list, long catalogue) => new(list, catalogue);

    /// <inheritdoc/>
    public bool Equals(WatchedOutline? other) =>
        other is not null && other._catalogue == _catalogue && other._modelVersion == _modelVersion && other.Source == Source
        && other._movies.AsSpan().SequenceEqual(_movies);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WatchedOutline);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_catalogue, _modelVersion, Source, _movies.Length);
}
