using OnlineCF.Core.Ratings;

namespace OnlineCF.Scoring;

/// <summary>Predicted stars.</summary>
public static class RatingPrediction
{
    /// <summary>
    /// μ + b_u + b_i + p·q (Koren, Bell, Volinsky 2009, "Matrix factorization techniques for recommender
    /// systems", eq. 4), clamped to the range of ratings; for row -1, a movie unknown to the model, μ + b_u.
    /// </summary>
    public static float Predict(ServingModel model, UserVectors user, int row)
    {
        var stars = model.Snapshot.GlobalMean + user.Bias;
        if (row >= 0)
        {
            stars += model.BiasOf(row) + DotKernel.Dot(user.Rating, model.RatingRow(row));
        }

        return Math.Clamp(stars, Rating.MinValue, Rating.MaxValue);
    }
}
