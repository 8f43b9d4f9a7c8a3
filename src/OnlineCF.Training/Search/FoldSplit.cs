namespace OnlineCF.Training.Search;

/// <summary>
/// Puts each (user, movie) pair into one of k folds whose sizes differ by one at most: pairs are ordered by a
/// seeded hash and cut into k runs. Depends on the seed and on which pairs there are, not on their order.
/// </summary>
public sealed class FoldSplit
{
    private readonly long _seed;
    private readonly ulong[] _firsts;

    private FoldSplit(long seed, ulong[] firsts) => (_seed, _firsts) = (seed, firsts);

    /// <summary>Splits.</summary>
    /// <param name="pairs">User and movie ids, each pair once.</param>
    /// <param name="folds">k, at most as many as there are pairs.</param>
    /// <param name="seed">Another seed gives other folds.</param>
    public static FoldSplit Create(IEnumerable<(long UserId, long MovieId)> pairs, int folds, long seed)
    {
        var hashes = pairs.Select(pair => Hash(seed, pair.UserId, pair.MovieId)).ToArray();
        ArgumentOutOfRangeException.ThrowIfGreaterThan(folds, hashes.Length);
        Array.Sort(hashes);
        return new FoldSplit(
            seed, [.. Enumerable.Range(1, folds - 1).Select(fold => hashes[(int)((long)hashes.Length * fold / folds)])]);
    }

    /// <summary>The pair's fold, from 1 to k.</summary>
    public int FoldOf(long userId, long movieId)
    {
        var at = Array.BinarySearch(_firsts, Hash(_seed, userId, movieId));
        return at >= 0 ? at + 2 : ~at + 1;
    }

    private static ulong Hash(long seed, long userId, long movieId) =>
        Mix(Mix(Mix((ulong)seed) ^ (ulong)userId) ^ (ulong)movieId);

    // SplitMix64's step (Steele, Lea and Flood 2014): a bijection that spreads every bit over all.
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
