using System.Buffers;

namespace OnlineCF.Scoring;

/// <summary>
/// Maximal marginal relevance (Carbonell and Goldstein 1998) for the ten movies with the highest (1 − d) R + d D, place by place.
/// R is the mean relevance over the places, each counted by NDCG's discount 1 / log2(1 + place); D the mean distance, 1 − cosine,
/// of two of them. Places behind the tenth are filled as the tenth is, from ten times as many movies as there are places so far,
/// so that a longer list begins as one of ten does.
/// Relevance is r², r being the score between that of the hundredth candidate, 0, and that of the first, 1:
/// how often a movie of a score turns out to be liked falls with its square (ml-latest-small, random split: .37 of those about
/// r = .97, .20 at .65, .11 at .45, .05 at .17). So what gives way to variety is what stands far down and was likely to be
/// nothing. On that split a fifth more distance costs 4 % of NDCG@10 this way, 5.5 % with r in the place of r², and 8 % with the
/// largest cosine in the place of the mean; on the split by time it costs nothing.
/// </summary>
public static class DiverseOrder
{
    private const int CandidatesPerPlace = 10;
    private const int MostCandidates = 1000;
    private const int Places = 10;
    private const float Pairs = Places * (Places - 1) / 2;
    private static readonly float Discounts = Enumerable.Range(0, Places).Sum(Discount);

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
        likeness.Clear();
        var (first, least) = (candidates[0].Score, candidates[Math.Min(CandidatesFor(Places), candidates.Length) - 1].Score);
        var unit = first > least ? 1 / (first - least) : 0;
        for (var place = 0; place < Math.Min(count, candidates.Length); place++)
        {
            var asPlace = Math.Min(place, Places - 1);
            var relevance = (1 - diversity) * Discount(asPlace) / Discounts;
            var likenessShare = diversity / Pairs * asPlace / Math.Max(1, place);
            var (chosen, most) = (place, float.NegativeInfinity);
            for (var i = place; i < Math.Min(CandidatesFor(Math.Max(Places, place + 1)), candidates.Length); i++)
            {
                var score = unit * Math.Max(0, candidates[i].Score - least);
                var value = (relevance * score * score) - (likenessShare * likeness[i]);
                (chosen, most) = value > most ? (i, value) : (chosen, most);
            }

            // Those before it move down a place, so that equals keep their order.
            var (taken, like) = (candidates[chosen], likeness[chosen]);
            candidates[place..chosen].CopyTo(candidates[(place + 1)..]);
            likeness[place..chosen].CopyTo(likeness[(place + 1)..]);
            (candidates[place], likeness[place]) = (taken, like);
            for (var i = place + 1; i < candidates.Length; i++)
            {
                likeness[i] += TopNScorer.Cosine(model, taken.Row, candidates[i].Row);
            }
        }

        ArrayPool<float>.Shared.Return(pooled);
    }

    private static float Discount(int place) => 1 / MathF.Log2(place + 2);
}
