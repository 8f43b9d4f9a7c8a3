namespace OnlineCF.Grains.Movies;

/// <summary>What the current ratings of a movie add up to.</summary>
/// <param name="Count">Current ratings.</param>
/// <param name="Liked">Those of at least 4 stars.</param>
/// <param name="Sum">Of their stars.</param>
/// <param name="TrendLog2">log2 Σ 2^(t/h) over rated_at t, h a week: decayed counts of movies compare by it at any time.</param>
[GenerateSerializer, Immutable, Alias("onlinecf.MovieStatistics")]
public readonly record struct MovieStatistics(
    [property: Id(0)] int Count,
    [property: Id(1)] int Liked,
    [property: Id(2)] double Sum,
    [property: Id(3)] double TrendLog2)
{
    private const double HalfLifeMicros = 7 * 24 * 3600 * 1e6;

    /// <summary>No ratings.</summary>
    public static MovieStatistics None { get; } = new(0, 0, 0, double.NegativeInfinity);

    /// <summary>Mean of the stars; 0 without ratings.</summary>
    public float Mean => Count == 0 ? 0 : (float)(Sum / Count);

    /// <summary>The count of ratings, each halved for every week since it was given.</summary>
    public float TrendAt(long nowMicros) => (float)Math.Pow(2, TrendLog2 - (nowMicros / HalfLifeMicros));
}
