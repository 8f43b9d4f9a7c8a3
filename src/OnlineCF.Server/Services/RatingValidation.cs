using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Services;

/// <summary>Says of a rating from outside whether it can be one, and why not.</summary>
internal static class RatingValidation
{
    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();
    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>Null for a good rating, else the field and what is wrong with it.</summary>
    public static (string Field, string Reason)? FaultOf(Rating rating, DateTimeOffset now)
    {
        if (rating.UserId <= 0)
        {
            return ("user_id", $"must be greater than 0, was {rating.UserId}");
        }

        return FaultOfOpinion(rating, now);
    }

    /// <summary>The same, for a visitor without a user_id.</summary>
    public static (string Field, string Reason)? FaultOfOpinion(Rating rating, DateTimeOffset now)
    {
        if (rating.MovieId <= 0)
        {
            return ("movie_id", $"must be greater than 0, was {rating.MovieId}");
        }

        if (!(rating.Value >= Core.Ratings.Rating.MinValue && rating.Value <= Core.Ratings.Rating.MaxValue))
        {
            return ("value", string.Create(CultureInfo.InvariantCulture, $"must be from 0.5 to 5.0, was {rating.Value}"));
        }

        return rating.RatedAt is { } ratedAt ? FaultOfTime(ratedAt, now) : null;
    }

    /// <summary>Microseconds since 1970, or null when the rating has no time.</summary>
    public static long? MicrosOf(Timestamp? ratedAt) =>
        ratedAt is null ? null : (ratedAt.Seconds * 1_000_000) + (ratedAt.Nanos / 1000);

    /// <summary>Null for a point in time or none, else what is wrong with it.</summary>
    public static string? FaultOfTime(Timestamp? time) =>
        time is not null && (time.Seconds < MinSeconds || time.Seconds > MaxSeconds || time.Nanos is < 0 or > 999_999_999)
            ? $"is no point in time: {time.Seconds} s and {time.Nanos} ns"
            : null;

    private static (string Field, string Reason)? FaultOfTime(Timestamp ratedAt, DateTimeOffset now)
    {
        if (FaultOfTime(ratedAt) is { } fault)
        {
            return ("rated_at", fault);
        }

        return MicrosOf(ratedAt) > (now + MaxAhead - DateTimeOffset.UnixEpoch).TotalMicroseconds
            ? ("rated_at", "must not be more than a day ahead")
            : null;
    }
}
