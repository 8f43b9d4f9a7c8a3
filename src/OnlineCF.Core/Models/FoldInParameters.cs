using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Models;

/// <summary>
/// What the two objectives were trained with, and what fold-in therefore solves with; stored in the snapshot.
/// </summary>
/// <param name="RatingL2">λ per rating and factor of the rating head: Σ (r − μ − b_u − b_i − p·q)² + λ n_u |p|².</param>
/// <param name="BiasL2">λ per rating on the biases.</param>
/// <param name="UnobservedWeight">α0, the weight of every (user, movie) pair in the ranking head: Σ c (t − x·y)² + α0 Σ_all (x·y)².</param>
/// <param name="RankingL2">λ of the ranking head, times (Σc + α0 n)^<paramref name="RankingL2Exponent"/>.</param>
/// <param name="RankingL2Exponent">ν, how far L2 grows with a row's frequency (Rendle et al. 2021).</param>
/// <param name="LikedSlope">A liked rating weighs 1 + slope · (value − 4).</param>
/// <param name="DislikedWeight">A rating below 4 pulls the score to its target with this weight, times (5 − value).</param>
/// <param name="DislikedTargetSlope">That target is slope · value: the user chose to see the movie, which says something too.</param>
public sealed record FoldInParameters(
    float RatingL2 = 0.07f,
    float BiasL2 = 0.03f,
    float UnobservedWeight = 0.15f,
    float RankingL2 = 0.015f,
    float RankingL2Exponent = 1.0f,
    float LikedSlope = 0.5f,
    float DislikedWeight = 0.5f,
    float DislikedTargetSlope = 0.2f)
{
    /// <summary>Weight c (&gt; 0) and target t (0 to 1) of a rating in the ranking head.</summary>
    public (float Weight, float Target) PreferenceOf(float value) => value >= Rating.LikedValue
        ? (1 + (LikedSlope * (value - Rating.LikedValue)), 1)
        : (DislikedWeight * (Rating.MaxValue - value), DislikedTargetSlope * value);
}
