using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// A visitor's ratings by rising movie_id, each movie once, in arrays that belong to whoever made this and that are only
/// read, during one call.
/// </summary>
/// <param name="movieIds">Rated movies, rising.</param>
/// <param name="values">Their stars.</param>
/// <param name="times">When they were given, in any unit that rises.</param>
/// <param name="count">How many of the arrays' elements count.</param>
public readonly struct RatedMovies(long[] movieIds, float[] values, long[] times, int count)
{
    /// <summary>How many there are.</summary>
    public int Count => count;

    /// <summary>Rated movies, rising.</summary>
    public ReadOnlySpan<long> MovieIds => movieIds.AsSpan(0, count);

    /// <summary>Their stars.</summary>
    public ReadOnlySpan<float> Values => values.AsSpan(0, count);

    /// <summary>When they were given.</summary>
    public ReadOnlySpan<long> Times => times.AsSpan(0, count);

    /// <summary>How much the newest rating decides at a moment, where times are microseconds: 0 without ratings.</summary>
    public float HeatAt(long asOfMicros)
    {
        var newest = long.MinValue;
        foreach (var time in Times)
        {
            newest = Math.Max(newest, time);
        }

        return count == 0 ? 0 : SittingHeat.Of(asOfMicros, newest);
    }

    /// <summary>Whether the movie is rated.</summary>
    public bool Contains(long movieId) => MovieIds.BinarySearch(movieId) >= 0;
}
