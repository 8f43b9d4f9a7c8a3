namespace OnlineCF.Core.Ratings;

/// <summary>A number drawn once and for all for each (user, movie) pair.</summary>
internal static class PairHash
{
    /// <summary>Uniform in [0, 1), the same on every machine; each salt gives another, independent draw.</summary>
    public static double Uniform(long userId, long movieId, ulong salt) =>
        (Mix(Mix((ulong)userId ^ salt) ^ (ulong)movieId) >> 11) * (1.0 / (1UL << 53));

    // SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
