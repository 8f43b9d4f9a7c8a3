namespace OnlineCF.Grains.Recommending;

/// <summary>What the movies of a shelf have in common. The numbers cross from silo to silo; they never change.</summary>
public enum ShelfKind
{
    /// <summary>The head of the visitor's list.</summary>
    TopPicks = 1,

    /// <summary>Movies near one that the visitor liked.</summary>
    BecauseYouLiked = 2,

    /// <summary>Liked by many in the last weeks.</summary>
    Trending = 3,

    /// <summary>Of the last two years that the catalogue has.</summary>
    New = 4,

    /// <summary>Of a genre that the visitor likes better than others.</summary>
    Genre = 5,

    /// <summary>For the visitor, and known to few.</summary>
    HiddenGems = 6,
}

/// <summary>Which shelves are wanted.</summary>
/// <param name="Shelves">How many at most.</param>
/// <param name="MoviesPerShelf">How many movies on each at most.</param>
/// <param name="Filter">What may be on them.</param>
/// <param name="AsOfMicros">The moment they are made for, microseconds since 1970; null for now.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.ShelfQuery")]
public sealed record ShelfQuery(
    [property: Id(0)] int Shelves,
    [property: Id(1)] int MoviesPerShelf,
    [property: Id(2)] MovieFilter Filter,
    [property: Id(3)] long? AsOfMicros = null);

/// <summary>One shelf.</summary>
/// <param name="Kind">What its movies have in common.</param>
/// <param name="MovieId">The movie that the visitor liked; else 0.</param>
/// <param name="Genre">The genre; else empty.</param>
/// <param name="Movies">Best first; none of them is on another shelf.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.Shelf")]
public readonly record struct Shelf(
    [property: Id(0)] ShelfKind Kind,
    [property: Id(1)] long MovieId,
    [property: Id(2)] string Genre,
    [property: Id(3)] RecommendedMovie[] Movies);

/// <summary>Shelves from one model version (0: no model serves).</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.ShelfList")]
public sealed record ShelfList(
    [property: Id(0)] Shelf[] Shelves,
    [property: Id(1)] RecommendationSource Source,
    [property: Id(2)] long ModelVersion);
