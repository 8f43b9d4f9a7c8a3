namespace OnlineCF.Scoring;

/// <summary>Predicted stars.</summary>
public static class RatingPrediction
{
    /// <summary>
    /// μ + b_u(t) + b_i + p·q + β x·(y − ȳ), as far as the scale reaches (<see cref="CensoredStars"/>; Koren, Bell, Volinsky 2009, "Matrix
    /// factorization techniques for recommender systems", eq. 4 and 9); b_u(t) is the user's bias with what the
    /// latest ratings add to it. For row -1, a movie unknown to the model, μ + b_u(t).
    /// </summary>
    public static float Predict(ServingModel model, UserVectors user, int row) =>
        Predict(model, user, row, user.RecentBias);

    /// <summary>The same for a moment of which <see cref="UserRecency"/> says this.</summary>
    public static float Predict(ServingModel model, UserVectors user, int row, float recentBias) => row < 0
        ? CensoredStars.Of(model.Snapshot.GlobalMean + user.Bias + recentBias)
        : Predict(model, user, row, recentBias, DotKernel.Dot(user.Ranking, model.RankingRow(row)));

    /// <summary>The same where x·y of the row is known already.</summary>
    public static float Predict(ServingModel model, UserVectors user, int row, float recentBias, float score)
    {
        var stars = model.Snapshot.GlobalMean + user.Bias + recentBias;
        stars += Known(model, user, row)
            + (model.Snapshot.FoldIn.StarsFromRanking * (score - DotKernel.Dot(user.Ranking, model.MeanMovie)));
        return CensoredStars.Of(stars);
    }

    /// <summary>b_i + p·q.</summary>
    internal static float Known(ServingModel model, UserVectors user, int row) =>
        model.BiasOf(row) + DotKernel.Dot(user.Rating, model.RatingRow(row));

}
