namespace OnlineCF.Core.Ratings;

/// <summary>Lets old ratings weigh less: each is left out from an age on that is drawn for it once and for all.</summary>
public static class Forgetting
{
    private const ulong Salt = 0x6F6C64;

    /// <summary>
    /// Whether a rating no longer counts. Of ratings of an age a, a share of 2^(−a/h) still does, as if each
    /// weighed that much; which ones depends on the pair alone, so what is once left out stays out.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="movieId">The movie.</param>
    /// <param name="age">How many ratings came after this one.</param>
    /// <param name="halfLife">h, in ratings; 0 when nothing is forgotten.</param>
    public static bool Forgets(long userId, long movieId, long age, long halfLife) =>
        halfLife > 0 && PairHash.Uniform(userId, movieId, Salt) >= Math.Pow(2, -age / (double)halfLife);
}
