using OnlineCF.Core.Models;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Watches the epochs: keeps the one with the best RMSE and counts how long nothing has improved. The heads do
/// not depend on each other, so the rating head can stay with an early epoch while the ranking head, whose
/// sweeps only come nearer to its minimum, goes on. Where nothing is measured the latest epoch counts.
/// </summary>
internal sealed class Contender
{
    private FactorSnapshot? _best;
    private double _rmse = double.PositiveInfinity;
    private double _ndcg = double.NegativeInfinity;

    /// <summary>How many offers in a row improved neither RMSE nor NDCG@10.</summary>
    public int WithoutGain { get; private set; }

    /// <summary>Notes an epoch's figures; NaN is what was not measured.</summary>
    public void Offer(FactorSnapshot snapshot, double rmse, double ndcg)
    {
        var (betterRating, betterRanking) = (!(rmse >= _rmse), !(ndcg <= _ndcg));
        (_best, _rmse) = betterRating ? (snapshot, rmse) : (_best, _rmse);
        _ndcg = betterRanking ? ndcg : _ndcg;
        WithoutGain = betterRating || betterRanking ? 0 : WithoutGain + 1;
    }

    /// <summary>The best rating head with the ranking head of the last snapshot.</summary>
    public FactorSnapshot WithRanking(FactorSnapshot last) => last with
    {
        Movies = Join((_best ?? last).Movies, last.Movies),
        Users = Join((_best ?? last).Users, last.Users),
    };

    private static FactorTable Join(FactorTable rating, FactorTable ranking) =>
        rating.With(rating.Biases, rating.RatingFactors, ranking.RankingFactors);
}
