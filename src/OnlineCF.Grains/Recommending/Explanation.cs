using System.Buffers;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Splits a list's scores into the shares of the rated movies.</summary>
internal static class Explanation
{
    /// <summary>For each place its largest shares that are not zero, largest first, and the sum of all others.</summary>
    public static (Reason[] Reasons, float OtherWeight)[] Of(
        Visitor visitor, ReadOnlySpan<ScoredRow> list, int maxReasons, RecentFactors factors)
    {
        var model = visitor.Model!;
        var rows = ArrayPool<RatedRow>.Shared.Rent(visitor.Rated.Count);
        var largest = ArrayPool<ScoredRow>.Shared.Rent(maxReasons);
        var ratings = RatedRows.Of(model, visitor.Rated, rows);
        var explainer = new ScoreExplainer(model, ratings, factors.Of(visitor.Taste, model, ratings));
        try
        {
            var places = new (Reason[], float)[list.Length];
            for (var place = 0; place < list.Length; place++)
            {
                var found = explainer.Largest(list[place].Row, largest.AsSpan(0, maxReasons), out var rest);
                places[place] = (ReasonsOf(visitor.Rated, largest.AsSpan(0, found)), rest);
            }

            return places;
        }
        finally
        {
            explainer.Dispose();
            ArrayPool<ScoredRow>.Shared.Return(largest);
            ArrayPool<RatedRow>.Shared.Return(rows);
        }
    }

    private static Reason[] ReasonsOf(RatedMovies rated, ReadOnlySpan<ScoredRow> shares)
    {
        var reasons = new Reason[shares.Length];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = new Reason(rated.MovieIds[shares[i].Row], shares[i].Score);
        }

        return reasons;
    }
}
