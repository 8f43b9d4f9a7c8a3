namespace OnlineCF.Grains.Movies;

/// <summary>What the current ratings of a movie add up to.</summary>
/// <param name="Count">Current ratings.</param>
/// <param name="Liked">Those of at least 4 stars.</param>
/// <param name="Sum">Of their stars.</param>
/// <param name="TrendLog2">log2 Σ 2^(t/h) over rated_at t of the liked ones, h a week: likes of movies, halved every week, compare by it at any time.</param>
/// <param name="SeasonLog2">The same with h of 8 weeks.</param>
/// <param name="YearLog2">The same with h of 64 weeks.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.MovieStatistics")]
public readonly record struct MovieStatistics(
    [property: Id(0)] int Count,
    [property: Id(1)] int Liked,
    [property: Id(2)] double Sum,
    [property: Id(3)] double TrendLog2,
    [property: Id(4)] double SeasonLog2 = double.NegativeInfinity,
    [property: Id(5)] double YearLog2 = double.NegativeInfinity)
{
    /// <summary>A week.</summary>
    public const double HalfLifeMicros = 7 * 24 * 3600 * 1e6;

    private const double LeastLog2 = -100;

    /// <summary>No ratings.</summary>
    public static MovieStatistics None { get; } = new(0, 0, 0, double.NegativeInfinity);

    /// <summary>log2 of the likes under one of the half-lives of <see cref="Scoring.RecentPopularity.HalfLives"/>.</summary>
    public double LikesLog2(int halfLife) => halfLife switch
    {
        0 => TrendLog2,
        1 => SeasonLog2,
        _ => YearLog2,
    };

    /// <summary>Mean of the stars; 0 without ratings.</summary>
    public float Mean => Count == 0 ? 0 : (float)(Sum / Count);

    /// <summary>
    /// The count of liked ratings, each halved for every week from when it was given to a moment. Below 2^−100 it falls
    /// ever slower, so that no movie that was ever liked comes to 0 and the order stays.
    /// </summary>
    /// <param name="micros">The moment, in microseconds since 1970.</param>
    public float TrendAt(double micros)
    {
        var log2 = TrendLog2 - (micros / HalfLifeMicros);
        return log2 >= LeastLog2 ? (float)Math.Pow(2, log2)
            : double.IsNegativeInfinity(log2) ? 0
            : (float)(Math.Pow(2, LeastLog2) * LeastLog2 / log2);
    }
}
