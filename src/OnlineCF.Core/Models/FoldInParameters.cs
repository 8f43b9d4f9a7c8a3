using OnlineCF.Core.Ratings;

namespace OnlineCF.Core.Models;

/// <summary>
/// What the two objectives were trained with, and what fold-in therefore solves with; stored in the snapshot.
/// </summary>
/// <param name="RatingL2">λ of the rating head, per rating: Σ (r − μ − b_u − b_i − p·q)² + (λ n_u + λ0) |p|² + λ_b b_u².</param>
/// <param name="RatingPrior">λ0, the part of that penalty that does not grow with the ratings: the noise of a rating over the variance of a factor.</param>
/// <param name="BiasPrior">λ_b: a bias is drawn to zero as if by so many ratings that lie at the mean.</param>
/// <param name="UnobservedWeight">α0, the weight of every (user, movie) pair in the ranking head: Σ c (t − x·y)² + α0 Σ_all (x·y)².</param>
/// <param name="RankingL2">λ of the ranking head, per weight of a row's ratings: (λ Σc + λ0) |x|².</param>
/// <param name="RankingPrior">λ0, the part of that penalty that does not grow with the ratings.</param>
/// <param name="UserWeightExponent">η: to a movie's factors a user counts n_u^−η, so that the most active do not decide alone.</param>
/// <param name="LikedSlope">A liked rating weighs 1 + slope · (value − 4).</param>
/// <param name="DislikedWeight">A rating below 4 pulls the score to its target with this weight, times (5 − value).</param>
/// <param name="DislikedTargetSlope">That target is slope · value: the user chose to see the movie, which says something too.</param>
/// <param name="StarsFromRanking">β: predicted stars gain β x·(y − ȳ), for whoever is likely to see a movie likes it better (Koren 2008, "Factorization meets the neighborhood", on implicit feedback).</param>
/// <param name="RecentDecay">What the latest ratings say of the present moment: the j-th latest weighs decay^j.</param>
/// <param name="RecentPrior">That is drawn to zero as if by so many ratings just as the model predicts them.</param>
public sealed record FoldInParameters(
    float RatingL2 = 0.03f,
    float RatingPrior = 7,
    float BiasPrior = 4,
    float UnobservedWeight = 0.4f,
    float RankingL2 = 0.04f,
    float RankingPrior = 4,
    float UserWeightExponent = 0.25f,
    float LikedSlope = 0.7f,
    float DislikedWeight = 0.6f,
    float DislikedTargetSlope = 0.22f,
    float StarsFromRanking = 0.5f,
    float RecentDecay = 0.9f,
    float RecentPrior = 5)
{
    /// <summary>Weight c (&gt; 0) and target t (0 to 1) of a rating in the ranking head.</summary>
    public (float Weight, float Target) PreferenceOf(float value) => value >= Rating.LikedValue
        ? (1 + (LikedSlope * (value - Rating.LikedValue)), 1)
        : (DislikedWeight * (Rating.MaxValue - value), DislikedTargetSlope * value);

    /// <summary>
    /// w_u = n_u^−η, scaled so that the mean over all ratings is 1: how much each user weighs in the equations
    /// of a movie's ranking factors. 0 for a user without ratings.
    /// </summary>
    /// <param name="counts">n_u, the number of ratings of each user.</param>
    public float[] UserWeights(ReadOnlySpan<int> counts)
    {
        var weights = new float[counts.Length];
        var (ratings, weighted) = (0.0, 0.0);
        for (var user = 0; user < weights.Length; user++)
        {
            weights[user] = counts[user] == 0 ? 0 : MathF.Pow(counts[user], -UserWeightExponent);
            ratings += counts[user];
            weighted += counts[user] * (double)weights[user];
        }

        for (var user = 0; user < weights.Length; user++)
        {
            weights[user] *= (float)(ratings / Math.Max(weighted, float.Epsilon));
        }

        return weights;
    }
}
