namespace OnlineCF.Core.Ratings;

/// <summary>What an entry of the rating log does. The numbers are stored; they never change.</summary>
public enum RatingEntryKind
{
    /// <summary>The rating becomes the current one of its user and movie.</summary>
    Rated = 0,

    /// <summary>The user and movie have no current rating any more; value and time are zero.</summary>
    Deleted = 1,

    /// <summary>The user does not want the movie recommended; no rating, and it changes none. Value and time are zero.</summary>
    Dismissed = 2,

    /// <summary>The user takes that back.</summary>
    Undismissed = 3,
}

/// <summary>What kinds have in common.</summary>
public static class RatingEntryKinds
{
    /// <summary>Whether the entry says which rating is current; the others are for the user's lists alone.</summary>
    public static bool IsOfRating(this RatingEntryKind kind) => kind is RatingEntryKind.Rated or RatingEntryKind.Deleted;
}

/// <summary>
/// A change on its way into the rating log, already known to take effect. It says what it takes the place of, so
/// that a movie's sums follow from the log's changes alone.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="UserId">Whose.</param>
/// <param name="MovieId">Of which movie.</param>
/// <param name="Value">The new stars; 0 where there are none.</param>
/// <param name="RatedAtMicros">The new time, microseconds since 1970; 0 where there is none.</param>
/// <param name="ReplacedValue">The stars that were current before; 0 where there were none.</param>
/// <param name="ReplacedAtMicros">When they were given; 0 where there were none.</param>
public readonly record struct RatingChange(
    RatingEntryKind Kind, long UserId, long MovieId, float Value, long RatedAtMicros,
    float ReplacedValue = 0, long ReplacedAtMicros = 0)
{
    /// <summary>The change that makes <paramref name="rating"/> current where there was none.</summary>
    public static RatingChange Rated(Rating rating) =>
        new(RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros);

    /// <summary>The change that takes the current rating away.</summary>
    public static RatingChange Deleted(long userId, long movieId, float replacedValue = 0, long replacedAtMicros = 0) =>
        new(RatingEntryKind.Deleted, userId, movieId, 0, 0, replacedValue, replacedAtMicros);

    /// <summary>The change by which the user does not want the movie recommended, or takes that back.</summary>
    public static RatingChange Dismissal(long userId, long movieId, bool undo) =>
        new(undo ? RatingEntryKind.Undismissed : RatingEntryKind.Dismissed, userId, movieId, 0, 0);
}

/// <summary>
/// A durable change with its place in the log; sequences start at 1, rise, and are never reused. A deletion that
/// an erasure made, or left, no longer says what it replaced: <paramref name="ReplacedValue"/> is 0, and sums of
/// its movie have to be counted again.
/// </summary>
/// <inheritdoc cref="RatingChange"/>
public readonly record struct RatingEntry(
    long Sequence, RatingEntryKind Kind, long UserId, long MovieId, float Value, long RatedAtMicros,
    float ReplacedValue = 0, long ReplacedAtMicros = 0)
{
    /// <summary>The change with the place that it got.</summary>
    public static RatingEntry Of(long sequence, in RatingChange change) => new(
        sequence, change.Kind, change.UserId, change.MovieId, change.Value, change.RatedAtMicros,
        change.ReplacedValue, change.ReplacedAtMicros);
}
