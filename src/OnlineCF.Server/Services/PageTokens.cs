using System.Globalization;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Users;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Services;

/// <summary>Where a page of ratings ends, as text that goes out and comes back.</summary>
internal static class PageTokens
{
    private const string Foreign = "is not one that ListRatings gave in this order";

    /// <summary>A page by movie_id ends with this movie.</summary>
    public static string AfterMovie(long movieId) => movieId.ToString(CultureInfo.InvariantCulture);

    /// <summary>A page of the newest ends with this rating.</summary>
    public static string After(Rating rating) => string.Create(CultureInfo.InvariantCulture, $"{rating.RatedAtMicros}/{rating.MovieId}");

    /// <summary>The movie after which the next page begins; 0 for the first page.</summary>
    public static long MovieOf(string token) =>
        token.Length == 0 ? 0
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var movieId) ? movieId
        : throw Refusals.Invalid("page_token", Foreign);

    /// <summary>The place after which the next page begins; null for the first page.</summary>
    public static NewestPlace? NewestOf(string token)
    {
        if (token.Length == 0)
        {
            return null;
        }

        return token.Split('/') is [var time, var movie]
            && long.TryParse(time, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ratedAtMicros)
            && long.TryParse(movie, NumberStyles.None, CultureInfo.InvariantCulture, out var movieId)
            ? new NewestPlace(ratedAtMicros, movieId)
            : throw Refusals.Invalid("page_token", Foreign);
    }
}
