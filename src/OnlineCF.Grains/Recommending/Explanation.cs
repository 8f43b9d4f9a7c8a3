using System.Buffers;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>Splits a list's scores into the shares of the rated movies.</summary>
internal static class Explanation
{
    /// <summary>For each place its largest shares that are not zero, largest first, and the sum of all others, what is popular now among them.</summary>
    public static (Reason[] Reasons, float OtherWeight)[] Of(
        Visitor visitor, ReadOnlySpan<ScoredRow> list, ListTerms terms, int maxReasons, RecentFactors factors)
    {
        var model = visitor.Model!.At(visitor.Taste.Heat);
        var rows = ArrayPool<RatedRow>.Shared.Rent(visitor.Rated.Count);
        var largest = ArrayPool<ScoredRow>.Shared.Rent(maxReasons);
        var weighed = ArrayPool<float>.Shared.Rent(visitor.Rated.Count);
        var ratings = RatedRows.Of(model, visitor.Rated, rows);
        var weights = RatedRows.Weigh(model, ratings, visitor.Rated, visitor.Taste.Heat, weighed);
        var explainer = new ScoreExplainer(model, ratings, weights, factors.Of(visitor.Taste, model, ratings, weights));
        var shares = ArrayPool<float>.Shared.Rent(ScoreExplainer.MoviesAtOnce * ratings.Length);
        try
        {
            var places = new (Reason[], float)[list.Length];
            for (var place = 0; place < list.Length; place++)
            {
                var ofPass = place % ScoreExplainer.MoviesAtOnce;
                if (ofPass == 0)
                {
                    var movies = list[place..Math.Min(place + ScoreExplainer.MoviesAtOnce, list.Length)];
                    explainer.Shares(movies, shares.AsSpan(0, movies.Length * ratings.Length));
                }

                var found = explainer.Largest(
                    shares.AsSpan(ofPass * ratings.Length, ratings.Length), largest.AsSpan(0, maxReasons), out var rest);
                places[place] = (ReasonsOf(visitor.Rated, largest.AsSpan(0, found)), rest + terms.Of(list[place].Row));
            }

            return places;
        }
        finally
        {
            explainer.Dispose();
            ArrayPool<float>.Shared.Return(shares);
            ArrayPool<ScoredRow>.Shared.Return(largest);
            ArrayPool<float>.Shared.Return(weighed);
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
