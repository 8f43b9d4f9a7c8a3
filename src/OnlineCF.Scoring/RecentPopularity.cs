namespace OnlineCF.Scoring;

/// <summary>
/// What is popular now, in a list: b(n) L_i is added to a score, with L_i = ln(1 + m_i) of a movie's likes m_i, each halved
/// for every five thousand ratings since, and b(n) = 0.1 / (1 + n/3) of the user's n ratings. To one who has rated nothing
/// it is all there is; of one who is known it decides between movies that the taste does not tell apart.
/// </summary>
/// <remarks>
/// Ratings do not come in the order in which they were given, so likes are halved by time, with three half-lives, and that
/// one counts which keeps about as many likes as five thousand ratings would: L_i = ln(1 + K 2^(m_i − M)) with log2 masses
/// m_i of the movie and M of all movies, of which only the difference matters, and K the likes among so many ratings.
/// </remarks>
public static class RecentPopularity
{
    /// <summary>After so many ratings a like counts half.</summary>
    public const double HalfLifeRatings = 5_000;

    private const double Weight = 0.1;
    private const double FadeRatings = 3;

    /// <summary>The half-lives to choose from, the shortest first.</summary>
    public static IReadOnlyList<TimeSpan> HalfLives { get; } =
        [TimeSpan.FromDays(7), TimeSpan.FromDays(7 * 8), TimeSpan.FromDays(7 * 64)];

    /// <summary>b(n).</summary>
    /// <param name="ratings">n, how many ratings the user has given.</param>
    public static float WeightOf(int ratings) => (float)(Weight / (1 + (ratings / FadeRatings)));

    /// <summary>K = Σ_j 2^(−j / 5,000) over the latest ratings, of which this share are likes.</summary>
    /// <param name="liked">Ratings of at least 4 stars among all.</param>
    /// <param name="count">All ratings.</param>
    public static double LikesOf(long liked, long count) => count == 0
        ? 0
        : HalfLifeRatings / Math.Log(2) * (1 - Math.Pow(2, -count / HalfLifeRatings)) * liked / count;

    /// <summary>
    /// When likes end. Of a flow of r likes in an h that ends at T, Σ 2^(t/h) is (r / ln 2) 2^(T/h); with two half-lives
    /// h and H that is T (1/h − 1/H) = M_h − M_H + log2 (H/h).
    /// </summary>
    /// <param name="massesLog2">M: log2 Σ 2^(t/h) over all likes, for each half-life.</param>
    /// <returns>T in the shortest half-lives; right to a few of them, whatever the flow was like.</returns>
    public static double NewestOf(ReadOnlySpan<double> massesLog2)
    {
        var ratio = HalfLives[1] / HalfLives[0];
        return (massesLog2[0] - massesLog2[1] + Math.Log2(ratio)) / (1 - (1 / ratio));
    }

    /// <summary>The half-life under which the likes of all movies come nearest to K, as a place in <see cref="HalfLives"/>.</summary>
    /// <param name="massesLog2">M: log2 Σ 2^(t/h) over all likes, for each half-life.</param>
    /// <param name="newest">When they end, in the shortest half-lives.</param>
    /// <param name="likes">K.</param>
    public static int HalfLifeOf(ReadOnlySpan<double> massesLog2, double newest, double likes)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var i = 0; i < massesLog2.Length; i++)
        {
            var distance = Math.Abs(massesLog2[i] - (newest * (HalfLives[0] / HalfLives[i])) - Math.Log2(likes));
            if (distance < least)
            {
                (best, least) = (i, distance);
            }
        }

        return best;
    }

    /// <summary>L = ln(1 + 2^x).</summary>
    /// <param name="log2">log2 of a movie's likes, minus infinity for none.</param>
    public static float LevelOf(float log2) => MathF.Log(1 + MathF.Pow(2, log2));
}

/// <summary>The likes of a model's movies, as one list takes them.</summary>
/// <param name="log2">log2 of each row's likes, up to a number that is the same for all; minus infinity for none.</param>
/// <param name="shift">That number.</param>
/// <param name="most">The largest of them.</param>
public readonly ref struct RecentLikes(ReadOnlySpan<float> log2, float shift, float most)
{
    private readonly ReadOnlySpan<float> _log2 = log2;

    /// <summary>L of a row; 0 for rows that nothing is known of. What is above <c>most</c> counts as that.</summary>
    public float LevelOf(int row) => row < _log2.Length ? RecentPopularity.LevelOf(MathF.Min(_log2[row], most) + shift) : 0;

    /// <summary>No L is above this.</summary>
    public float MostLevel => _log2.IsEmpty ? 0 : RecentPopularity.LevelOf(most + shift) * 1.00001f;
}
