using OnlineCF.Core.Ratings;

namespace OnlineCF.Scoring;

/// <summary>Predicted stars.</summary>
public static class RatingPrediction
{
    /// <summary>
    /// μ + b_u(t) + b_i + p·q + β x·(y − ȳ), clamped to the range of ratings (Koren, Bell, Volinsky 2009, "Matrix
    /// factorization techniques for recommender systems", eq. 4 and 9); b_u(t) is the user's bias with what the
    /// latest ratings add to it. For row -1, a movie unknown to the model, μ + b_u(t).
    /// </summary>
    public static float Predict(ServingModel model, UserVectors user, int row) =>
        Predict(model, user, row, user.RecentBias);

    /// <summary>The same for a moment of which <see cref="UserRecency"/> says this.</summary>
    public static float Predict(ServingModel model, UserVectors user, int row, float recentBias)
    {
        var stars = model.Snapshot.GlobalMean + user.Bias + recentBias;
        if (row >= 0)
        {
            stars += Known(model, user, row) + (model.Snapshot.FoldIn.StarsFromRanking
                * (DotKernel.Dot(user.Ranking, model.RankingRow(row)) - DotKernel.Dot(user.Ranking, model.MeanMovie)));
        }

        return Math.Clamp(stars, Rating.MinValue, Rating.MaxValue);
    }

    /// <summary>b_i + p·q.</summary>
    internal static float Known(ServingModel model, UserVectors user, int row) =>
        model.BiasOf(row) + DotKernel.Dot(user.Rating, model.RatingRow(row));
}
