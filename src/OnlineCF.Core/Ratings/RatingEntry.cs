namespace OnlineCF.Core.Ratings;

/// <summary>What an entry of the rating log does. The numbers are stored; they never change.</summary>
public enum RatingEntryKind
{
    /// <summary>The rating becomes the current one of its user and movie.</summary>
    Rated = 0,

    /// <summary>The user and movie have no current rating any more; value and time are zero.</summary>
    Deleted = 1,
}

/// <summary>A change on its way into the rating log, already known to take effect.</summary>
public readonly record struct RatingChange(
    RatingEntryKind Kind, long UserId, long MovieId, float Value, long RatedAtMicros)
{
    /// <summary>The change that makes <paramref name="rating"/> current.</summary>
    public static RatingChange Rated(Rating rating) =>
        new(RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros);

    /// <summary>The change that takes the current rating away.</summary>
    public static RatingChange Deleted(long userId, long movieId) =>
        new(RatingEntryKind.Deleted, userId, movieId, 0, 0);
}

/// <summary>A durable change with its place in the log; sequences start at 1, rise, and are never reused.</summary>
public readonly record struct RatingEntry(
    long Sequence, RatingEntryKind Kind, long UserId, long MovieId, float Value, long RatedAtMicros);
