namespace OnlineCF.Cli.Generate;

/// <summary>How large a synthetic world is.</summary>
/// <param name="Users">1 to <see cref="MostUsers"/>.</param>
/// <param name="Movies">1 to <see cref="MostMovies"/>.</param>
/// <param name="Ratings">1 to users × movies; every user has at least one when there are enough.</param>
/// <param name="Seed">The same seed and size give the same world.</param>
internal sealed record SyntheticWorldOptions(int Users, int Movies, long Ratings, long Seed)
{
    /// <summary>Share of the time, 0 to 1, after which all tastes are others; null when they stay.</summary>
    public double? DriftAt { get; init; }

    /// <summary>Limit of users.</summary>
    public const int MostUsers = 100_000_000;

    /// <summary>Limit of movies.</summary>
    public const int MostMovies = 10_000_000;

    /// <summary>Limit of ratings.</summary>
    public const long MostRatings = 100_000_000_000;

    /// <summary>Nobody rates a movie twice.</summary>
    public long MostRatingsOfIt => (long)Users * Movies;
}
