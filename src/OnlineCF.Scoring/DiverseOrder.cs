using System.Buffers;

namespace OnlineCF.Scoring;

/// <summary>
/// Maximal marginal relevance (Carbonell and Goldstein 1998): each next place goes to the movie with the highest
/// (1 − d) s − d max cos(y, y') over the movies y' that have a place, with scores s as shares of the best one.
/// </summary>
public static class DiverseOrder
{
    private const int CandidatesPerPlace = 10;
    private const int MostCandidates = 1000;

    /// <summary>How many of the best movies a list of so many places is chosen from.</summary>
    public static int CandidatesFor(int count) => Math.Max(count, Math.Min(count * CandidatesPerPlace, MostCandidates));

    /// <summary>Orders the list that is chosen from candidates.</summary>
    /// <param name="model">Its ranking factors say how like each other movies are; one of zeros is like none.</param>
    /// <param name="candidates">Best first; afterwards the list, and behind it what was not chosen, in no order.</param>
    /// <param name="count">How many places the list has.</param>
    /// <param name="diversity">d, 0 to 1: at 0 the order stays.</param>
    public static void Apply(ServingModel model, Span<ScoredRow> candidates, int count, float diversity)
    {
        if (candidates.IsEmpty || diversity == 0)
        {
            return;
        }

        var pooled = ArrayPool<float>.Shared.Rent(candidates.Length);
        var likeness = pooled.AsSpan(0, candidates.Length);
        likeness.Fill(-1);
        var unit = candidates[0].Score > 0 ? candidates[0].Score : 1;
        for (var place = 0; place < Math.Min(count, candidates.Length); place++)
        {
            var chosen = place;
            for (var i = place + 1; i < candidates.Length && place > 0; i++)
            {
                chosen = ValueOf(candidates[i], likeness[i]) > ValueOf(candidates[chosen], likeness[chosen]) ? i : chosen;
            }

            // Those before it move down a place, so that equals keep their order.
            var (taken, like) = (candidates[chosen], likeness[chosen]);
            candidates[place..chosen].CopyTo(candidates[(place + 1)..]);
            likeness[place..chosen].CopyTo(likeness[(place + 1)..]);
            (candidates[place], likeness[place]) = (taken, like);
            for (var i = place + 1; i < candidates.Length; i++)
            {
                likeness[i] = Math.Max(likeness[i], TopNScorer.Cosine(model, taken.Row, candidates[i].Row));
            }
        }

        ArrayPool<float>.Shared.Return(pooled);

        float ValueOf(ScoredRow movie, float like) => ((1 - diversity) * movie.Score / unit) - (diversity * like);
    }
}
