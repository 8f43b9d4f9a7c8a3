using OnlineCF.Core.Models;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// The best state so far. The heads do not depend on each other, so each keeps its own best epoch: the
/// rating head by RMSE, the ranking head by NDCG@10. Where there is nothing to measure by, the latest counts.
/// </summary>
internal sealed class Contender
{
    private FactorSnapshot? _rating;
    private FactorSnapshot? _ranking;
    private double _rmse = double.PositiveInfinity;
    private double _ndcg = double.NegativeInfinity;

    /// <summary>How many offers in a row improved neither head.</summary>
    public int WithoutGain { get; private set; }

    /// <summary>Takes over the heads that are better than those so far.</summary>
    public void Offer(FactorSnapshot snapshot, double rmse, double ndcg)
    {
        var (betterRating, betterRanking) = (!(rmse >= _rmse), !(ndcg <= _ndcg));
        (_rating, _rmse) = betterRating ? (snapshot, rmse) : (_rating, _rmse);
        (_ranking, _ndcg) = betterRanking ? (snapshot, ndcg) : (_ranking, _ndcg);
        WithoutGain = betterRating || betterRanking ? 0 : WithoutGain + 1;
    }

    /// <summary>The two best heads as one snapshot.</summary>
    public FactorSnapshot Snapshot() => _rating! with
    {
        Movies = Join(_rating!.Movies, _ranking!.Movies),
        Users = Join(_rating.Users, _ranking.Users),
    };

    private static FactorTable Join(FactorTable rating, FactorTable ranking) => new(
        rating.EmbeddingDim, rating.Ids, rating.Counts, rating.Biases, rating.RatingFactors, ranking.RankingFactors);
}
