namespace OnlineCF.Grains.Recommending;

/// <summary>Which list is wanted.</summary>
/// <param name="Count">1 to 1000.</param>
/// <param name="Filter">What may be in the list.</param>
/// <param name="IncludeRated">Whether movies the user rated may be in the list.</param>
/// <param name="Explain">Whether reasons are wanted.</param>
/// <param name="MaxReasons">How many of them at most for each movie.</param>
/// <param name="AsOfMicros">The moment the list is made for, microseconds since 1970; null for now.</param>
/// <param name="Diversity">How much likeness to what stands above counts against a movie, 0 to 1.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.RecommendationQuery")]
public sealed record RecommendationQuery(
    [property: Id(0)] int Count,
    [property: Id(1)] MovieFilter Filter,
    [property: Id(2)] bool IncludeRated,
    [property: Id(3)] bool Explain,
    [property: Id(4)] int MaxReasons = RecommendationQuery.DefaultMaxReasons,
    [property: Id(5)] long? AsOfMicros = null,
    [property: Id(6)] float Diversity = 0)
{
    /// <summary>Reasons for each movie unless more are asked for.</summary>
    public const int DefaultMaxReasons = 3;
}

/// <summary>
/// What a list may hold. Genres compare without case; a movie of unknown year passes only open bounds.
/// </summary>
/// <param name="GenresAny">At least one of them, when not empty.</param>
/// <param name="GenresNone">None of them.</param>
/// <param name="YearFrom">Inclusive; 0 is open.</param>
/// <param name="YearTo">Inclusive; 0 is open.</param>
/// <param name="ExcludeMovieIds">Never these.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.MovieFilter")]
public sealed record MovieFilter(
    [property: Id(0)] string[] GenresAny,
    [property: Id(1)] string[] GenresNone,
    [property: Id(2)] int YearFrom,
    [property: Id(3)] int YearTo,
    [property: Id(4)] long[] ExcludeMovieIds)
{
    /// <summary>Everything passes.</summary>
    public static MovieFilter None { get; } = new([], [], 0, 0, []);

    /// <summary>Whether the catalogue's facts decide nothing.</summary>
    public bool IsOpen => GenresAny.Length == 0 && GenresNone.Length == 0 && YearFrom == 0 && YearTo == 0;

    /// <summary>Whether the year of a movie passes.</summary>
    public bool Spans(int year) => (YearFrom == 0 || year >= YearFrom) && (YearTo == 0 || (year != 0 && year <= YearTo));
}
