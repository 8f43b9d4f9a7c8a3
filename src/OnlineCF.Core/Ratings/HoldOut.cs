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
        PairHash.Uniform(userId, movieId, salt: 0) < fraction;
}
