using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Users;

/// <summary>A valid rating on its way to its user.</summary>
/// <param name="MovieId">Greater than zero.</param>
/// <param name="Value">Stars in range.</param>
/// <param name="RatedAtMicros">Microseconds since 1970; null for now.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.IncomingRating")]
public readonly record struct IncomingRating(
    [property: Id(0)] long MovieId, [property: Id(1)] float Value, [property: Id(2)] long? RatedAtMicros);

/// <summary>What became of a rating.</summary>
public enum RatingResult
{
    /// <summary>It is the current one now.</summary>
    Accepted = 0,

    /// <summary>The very same one was current.</summary>
    Duplicate = 1,

    /// <summary>A later one is current.</summary>
    Stale = 2,
}

/// <summary>One result for each rating of the call, and the log's sequence that holds them all.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatingReceipt")]
public sealed record RatingReceipt([property: Id(0)] RatingResult[] Results, [property: Id(1)] long Sequence);

/// <summary>A page of current ratings, whether others follow, and how many there are in all.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RatingList")]
public sealed record RatingList([property: Id(0)] Rating[] Ratings, [property: Id(1)] bool HasMore, [property: Id(2)] int Total);

/// <summary>The place of a rating in a list that begins with the newest: behind those rated later, and at the same time behind smaller ids.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.NewestPlace")]
public readonly record struct NewestPlace([property: Id(0)] long RatedAtMicros, [property: Id(1)] long MovieId)
{
    /// <summary>Below zero where the first is before the second.</summary>
    public static int Compare(NewestPlace first, NewestPlace second) => first.RatedAtMicros != second.RatedAtMicros
        ? second.RatedAtMicros.CompareTo(first.RatedAtMicros)
        : first.MovieId.CompareTo(second.MovieId);
}

/// <summary>How many current ratings were erased, and the log's sequence.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.ErasureReceipt")]
public sealed record ErasureReceipt([property: Id(0)] long Ratings, [property: Id(1)] long Sequence);

/// <summary>A user's vectors in one model version.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.FoldedUser")]
public sealed record FoldedUser(
    [property: Id(0)] float Bias, [property: Id(1)] float[] Rating, [property: Id(2)] float[] Ranking, [property: Id(3)] int KnownRatings);
