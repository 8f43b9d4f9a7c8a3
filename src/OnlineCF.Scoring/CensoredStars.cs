using OnlineCF.Core.Ratings;

namespace OnlineCF.Scoring;

/// <summary>
/// Stars end where the scale ends. Whoever would give x on a scale without ends, x about a mean m with deviation σ, gives
/// min(5, max(0.5, x)), which on average is less than m near the top and more near the bottom (Tobin 1958, "Estimation of
/// relationships for limited dependent variables"):
///   E = m − σ g((5 − m) / σ) + σ g((m − 0.5) / σ), g(d) = φ(d) − d (1 − Φ(d)).
/// </summary>
internal static class CensoredStars
{
    // What ratings scatter about their predictions.
    private const double Deviation = 0.8;

    // Farther from an end it takes less than a thousandth of a star.
    private const double Far = 2.8;

    /// <summary>E for a mean m; rises with m and stays within the scale.</summary>
    public static float Of(float mean)
    {
        if (!float.IsFinite(mean))
        {
            return Math.Clamp(mean, Rating.MinValue, Rating.MaxValue);
        }

        var stars = mean - (Deviation * Excess((Rating.MaxValue - mean) / Deviation))
            + (Deviation * Excess((mean - Rating.MinValue) / Deviation));
        return (float)Math.Clamp(stars, Rating.MinValue, Rating.MaxValue);
    }

    // g(d) = E max(0, z − d) of a standard normal z.
    private static double Excess(double d)
    {
        if (d > Far)
        {
            return 0;
        }

        var density = Math.Exp(-d * d / 2) / Math.Sqrt(2 * Math.PI);
        return density - (d * UpperTail(d, density));
    }

    // 1 − Φ(d) by Abramowitz and Stegun 26.2.17, to 8e-8.
    private static double UpperTail(double d, double density)
    {
        var t = 1 / (1 + (0.2316419 * Math.Abs(d)));
        var tail = density * t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        return d >= 0 ? tail : 1 - tail;
    }
}
