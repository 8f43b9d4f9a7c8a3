namespace OnlineCF.Scoring;

/// <summary>A user's vectors from all of the user's ratings and the movie factors, exactly, with no training.</summary>
public static class UserFoldIn
{
    /// <summary>
    /// Solves both heads, with what the snapshot was trained with. Ratings of movies unknown to the model count for the bias
    /// only; with none known, both factor vectors are zero. The same ratings in the same order give the same
    /// vectors to the bit.
    /// </summary>
    /// <param name="model">The movies to solve against.</param>
    /// <param name="ratings">The user's current ratings, each movie once.</param>
    public static UserVectors Fold(ServingModel model, ReadOnlySpan<RatedRow> ratings)
    {
        var snapshot = model.Snapshot;
        var side = new MovieSide(model);
        var (rating, ranking) = (new float[model.Stride], new float[model.Stride]);
        var bias = FoldInSolver.SolveRating(
            side, ratings, snapshot.EmbeddingDim, snapshot.GlobalMean, snapshot.FoldIn, rating);
        var known = CountKnown(ratings);
        if (known > 0)
        {
            FoldInSolver.SolveRanking(side, ratings, [], PriorOf(model, ratings), ranking);
        }

        return new UserVectors(bias, rating, ranking, known);
    }

    /// <summary>x of the ranking head from ratings that weigh differently; zero where none weighs of known movies.</summary>
    /// <param name="model">The movies to solve against.</param>
    /// <param name="ratings">The user's current ratings, each movie once.</param>
    /// <param name="weights">How much each of them weighs, 0 to 1; empty where each weighs 1.</param>
    public static float[] FoldRanking(ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights)
    {
        var ranking = new float[model.Stride];
        FoldInSolver.SolveRanking(new MovieSide(model), ratings, weights, PriorOf(model, ratings), ranking);
        return ranking;
    }

    /// <summary>The movie side as the ranking head of a user sees it.</summary>
    internal static RankingPrior PriorOf(ServingModel model, ReadOnlySpan<RatedRow> ratings) => new(
        model.Gramian.Span, model.Snapshot.EmbeddingDim, model.Snapshot.FoldIn, new UserPreference(model, ratings));

    /// <summary>How many ratings are of known rows.</summary>
    internal static int CountKnown(ReadOnlySpan<RatedRow> ratings)
    {
        var known = 0;
        foreach (var rating in ratings)
        {
            known += rating.Row >= 0 ? 1 : 0;
        }

        return known;
    }
}
