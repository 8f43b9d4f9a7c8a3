using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Import;

/// <summary>Says why a server does not take a rating, in the words of the file; the same with a server and without.</summary>
internal static class RatingFault
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromDays(1);

    /// <summary>What is wrong with ids or stars; null when nothing is.</summary>
    public static string? Of(long userId, long movieId, float value) => (userId, movieId, value) switch
    {
        ( <= 0, _, _) => $"user {userId} is not above 0",
        (_, <= 0, _) => $"movie {movieId} is not above 0",
        (_, _, >= Rating.MinValue and <= Rating.MaxValue) => null,
        _ => FormattableString.Invariant($"rating {value} is not from {Rating.MinValue} to {Rating.MaxValue}"),
    };

    /// <summary>The same of a rating as it was sent, with its time.</summary>
    public static string? Of(Protocol.V1.Rating rating, DateTimeOffset now) =>
        Of(rating.UserId, rating.MovieId, rating.Value) ?? (rating.RatedAt is { } time ? OfTime(time, now) : null);

    private static string? OfTime(Timestamp time, DateTimeOffset now)
    {
        if (time.Seconds < DateTimeOffset.MinValue.ToUnixTimeSeconds() || time.Seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return $"timestamp {time.Seconds} is beyond the calendar";
        }

        var moment = DateTimeOffset.FromUnixTimeSeconds(time.Seconds);
        return moment > now + MostAhead
            ? string.Create(CultureInfo.InvariantCulture, $"time {moment:yyyy-MM-dd HH:mm:ss} UTC is more than a day ahead")
            : null;
    }
}
