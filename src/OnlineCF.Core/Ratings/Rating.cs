namespace OnlineCF.Core.Ratings;

/// <summary>One user's opinion of one movie.</summary>
/// <param name="UserId">Greater than zero.</param>
/// <param name="MovieId">Greater than zero.</param>
/// <param name="Value">Stars, from <see cref="MinValue"/> to <see cref="MaxValue"/>, any float inside.</param>
/// <param name="RatedAtMicros">When the user rated, microseconds since 1970-01-01T00:00:00Z.</param>
public readonly record struct Rating(long UserId, long MovieId, float Value, long RatedAtMicros)
{
    /// <summary>The lowest rating, in stars.</summary>
    public const float MinValue = 0.5f;

    /// <summary>The highest rating, in stars.</summary>
    public const float MaxValue = 5.0f;

    /// <summary>A rating of at least this many stars says that the user liked the movie.</summary>
    public const float LikedValue = 4.0f;
}
