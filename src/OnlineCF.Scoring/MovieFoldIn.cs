using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>A movie's vectors from its ratings and the user factors of the snapshot, exactly, with no training.</summary>
public static class MovieFoldIn
{
    /// <summary>
    /// The mirror image of <see cref="UserFoldIn.Fold"/>: ratings of users unknown to the snapshot count for
    /// the bias only; with none known, both factor vectors are zero. With fewer ratings than the snapshot's movies
    /// have on average, the unobserved weigh that much less.
    /// </summary>
    /// <param name="model">Its snapshot's users are solved against.</param>
    /// <param name="ratings">The movie's current ratings; rows are those of the snapshot's users.</param>
    /// <param name="userGramian"><see cref="ServingModel.UserGramian"/>.</param>
    /// <exception cref="ArgumentException">The Gramian is not stride × stride.</exception>
    public static MovieVectors Fold(
        ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> userGramian) =>
        Fold(model, ratings, userGramian, []);

    /// <summary>
    /// The same with users whom the snapshot does not know but who are folded in against its movies: row
    /// <c>Users.Count + n</c> is the newcomer n. The Gramian stays that of the snapshot.
    /// </summary>
    public static MovieVectors Fold(
        ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> userGramian,
        IReadOnlyList<UserVectors> newcomers)
    {
        if (userGramian.Length != model.Stride * model.Stride)
        {
            throw new ArgumentException("The Gramian of the users is not stride × stride.", nameof(userGramian));
        }

        var snapshot = model.Snapshot;
        var side = new UserSide(snapshot.Users, model.UserWeights, newcomers);
        var (rating, ranking) = (new float[model.Stride], new float[model.Stride]);
        var bias = FoldInSolver.SolveRating(
            side, ratings, snapshot.EmbeddingDim, snapshot.GlobalMean, snapshot.FoldIn, rating);
        if (UserFoldIn.CountKnown(ratings) > 0)
        {
            var prior = new RankingPrior(userGramian, snapshot.EmbeddingDim, Exposed(model, ratings.Length));
            FoldInSolver.SolveRanking(side, ratings, [], prior, ranking);
        }

        return new MovieVectors(bias, rating, ranking);
    }

    // Who has not rated an old movie has passed it by; a new one most have not met yet. Its ratings, as a share of a
    // movie's on average, stand for how many have.
    private static FoldInParameters Exposed(ServingModel model, int ratings) => ratings >= model.RatingsPerMovie
        ? model.Snapshot.FoldIn
        : model.Snapshot.FoldIn with
        {
            UnobservedWeight = model.Snapshot.FoldIn.UnobservedWeight * (float)(ratings / model.RatingsPerMovie),
        };
}
