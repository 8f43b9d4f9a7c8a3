using System.Buffers;

namespace OnlineCF.Scoring;

/// <summary>
/// How much of a user's taste is that of the moment. While a user rates, what comes next is like what came just before;
/// after a pause it is like everything. So the a-th newest rating weighs w_a = γ^(a·h) in a list, with a heat h that halves
/// with every half hour since the newest: at h = 1 the last dozen ratings decide, at h = 0 all weigh the same. Only
/// ratings of movies that the model knows are counted.
/// </summary>
public static class SittingHeat
{
    /// <summary>γ.</summary>
    public const double Decay = 0.87;

    /// <summary>After so long a pause the heat is half.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(30);

    /// <summary>The heat of ratings that were given just now.</summary>
    public const float Hottest = 1;

    /// <summary>From this heat on a sitting is warm.</summary>
    public const float Warm = 0.5f;

    // A heat is a sixteenth or none: between two lists of a cooling sitting mostly nothing has to be folded in again.
    private const int Steps = 16;
    private const double LeastWeight = 1e-3;

    /// <summary>h = 2^(−(asOf − newest) / half-life), in sixteenths; 1 where the newest rating lies ahead.</summary>
    /// <param name="asOfMicros">The moment that a list is made for, in microseconds.</param>
    /// <param name="newestMicros">When the user's newest rating was given, in microseconds.</param>
    public static float Of(long asOfMicros, long newestMicros)
    {
        // The difference of two times may leave the range of long.
        var pause = Math.Max(0, (double)asOfMicros - newestMicros);
        return (float)(Math.Round(Steps * Math.Pow(2, -pause / HalfLife.TotalMicroseconds)) / Steps);
    }

    /// <summary>w of each rating; one of less than a thousandth is none.</summary>
    /// <param name="heat">h.</param>
    /// <param name="ratings">The ratings.</param>
    /// <param name="times">When each was given, in any unit that rises.</param>
    /// <param name="weights">Takes one weight for each rating, in the same order.</param>
    public static void Weigh(float heat, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<long> times, Span<float> weights)
    {
        var decay = Math.Pow(Decay, heat);
        var pooled = ArrayPool<int>.Shared.Rent(ratings.Length);
        var places = pooled.AsSpan(0, ratings.Length);
        RatingOrder.NewestFirst(times, places);
        weights.Clear();
        var weight = 1.0;
        foreach (var place in places)
        {
            if (weight < LeastWeight)
            {
                break;
            }

            if (ratings[place].Row >= 0)
            {
                weights[place] = (float)weight;
                weight *= decay;
            }
        }

        ArrayPool<int>.Shared.Return(pooled);
    }
}
