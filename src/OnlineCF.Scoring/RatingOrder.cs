using System.Buffers;

namespace OnlineCF.Scoring;

/// <summary>
/// The order in which a user's ratings were given. Of one moment the later in the order that they come in is the newer, so
/// that the same ratings give the same order.
/// </summary>
internal static class RatingOrder
{
    /// <summary>The places of the newest ratings, the newest first.</summary>
    /// <param name="times">When each rating was given, in any unit that rises.</param>
    /// <param name="places">As many are wanted, at most one for each rating.</param>
    public static void NewestFirst(ReadOnlySpan<long> times, Span<int> places)
    {
        var pooled = ArrayPool<(long Time, int Place)>.Shared.Rent(times.Length);
        for (var i = 0; i < times.Length; i++)
        {
            pooled[i] = (times[i], i);
        }

        pooled.AsSpan(0, times.Length).Sort();
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = pooled[times.Length - 1 - i].Place;
        }

        ArrayPool<(long Time, int Place)>.Shared.Return(pooled);
    }
}
