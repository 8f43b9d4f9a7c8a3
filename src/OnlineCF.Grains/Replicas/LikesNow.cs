using OnlineCF.Scoring;

namespace OnlineCF.Grains.Replicas;

/// <summary>What likes count at a moment: L = ln(1 + 2^(m + shift)) of a movie whose likes have the mass 2^m.</summary>
/// <param name="HalfLife">Under which half-life, a place in <see cref="RecentPopularity.HalfLives"/>.</param>
/// <param name="ShiftLog2">log2 K − M.</param>
/// <param name="MostLog2">No movie's m is above this.</param>
/// <param name="Newest">When the likes end, as far as their sums tell it; in weeks since 1970.</param>
public sealed record LikesNow(int HalfLife, double ShiftLog2, double MostLog2, double Newest)
{
    /// <summary>Nothing has been liked.</summary>
    public static LikesNow None { get; } = new(0, 0, double.NegativeInfinity, 0);

    /// <summary>L of a movie. One that was liked since this moment counts no more than the first did then.</summary>
    public float LevelOf(in Movies.MovieStatistics movie) =>
        RecentPopularity.LevelOf((float)(Math.Min(movie.LikesLog2(HalfLife), MostLog2) + ShiftLog2));
}
