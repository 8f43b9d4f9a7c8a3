using OnlineCF.Core.Ratings;

namespace OnlineCF.Training.Tests.Evaluation;

/// <summary>Popularity's list metrics from the definitions alone, with nothing of the evaluator in it.</summary>
internal static class PopularityReference
{
    /// <summary>
    /// Full ranking over all training movies less the user's own; relevant are test ratings from 4 stars; users
    /// without any are left out; binary gain, ideal over min(10, relevant), recall over min(20, relevant).
    /// </summary>
    public static (double Ndcg10, double Recall20) Of(IReadOnlyList<Rating> train, IReadOnlyList<Rating> test)
    {
        long[] ranking = [.. train.GroupBy(x => x.MovieId).OrderByDescending(x => x.Count()).Select(x => x.Key)];
        var own = train.ToLookup(x => x.UserId, x => x.MovieId);
        var users = test.Where(x => x.Value >= 4).GroupBy(x => x.UserId, x => x.MovieId).Select(liked =>
        {
            long[] list = [.. ranking.Except(own[liked.Key]).Take(20)];
            var ranks = liked.Select(movie => Array.IndexOf(list, movie) + 1).Where(rank => rank > 0).ToArray();
            var gain = ranks.Where(rank => rank <= 10).Sum(rank => 1 / Math.Log2(rank + 1));
            var ideal = Enumerable.Range(1, Math.Min(10, liked.Count())).Sum(rank => 1 / Math.Log2(rank + 1));
            return (Ndcg: gain / ideal, Recall: ranks.Length / (double)Math.Min(20, liked.Count()));
        }).ToArray();
        return (users.Average(x => x.Ndcg), users.Average(x => x.Recall));
    }
}
