namespace OnlineCF.Core.Ratings;

/// <summary>Decides, once and for all, which ratings never train.</summary>
public static class HoldOut
{
    /// <summary>
    /// Whether the pair belongs to the hold-out. Depends on nothing else, so a pair is on the same side in
    /// every round, on every machine and after every restart; a larger fraction only adds pairs.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="movieId">The movie.</param>
    /// <param name="fraction">The share held out, 0 to 1.</param>
    public static bool Contains(long userId, long movieId, double fraction) =>
        (Mix(Mix((ulong)userId) ^ (ulong)movieId) >> 11) * (1.0 / (1UL << 53)) < fraction;

    // SplitMix64's finaliser (Steele, Lea, Flood 2014): every input bit reaches every output bit.
    private static ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
