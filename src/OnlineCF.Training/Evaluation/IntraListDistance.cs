using OnlineCF.Core.Models;
using OnlineCF.Scoring;

namespace OnlineCF.Training.Evaluation;

/// <summary>
/// How unlike each other the movies of a list are: the mean of 1 − cos(y, y') over all pairs of its first ten, by the ranking
/// factors (Ziegler, McNee, Konstan, Lausen 2005, "Improving recommendation lists through topic diversification").
/// </summary>
internal static class IntraListDistance
{
    private const int Places = 10;

    /// <summary>The mean over all lists of two movies and more; NaN where there are none.</summary>
    /// <param name="snapshot">Has all movies.</param>
    /// <param name="lists">Movie ids, best first.</param>
    public static double Of(FactorSnapshot snapshot, IEnumerable<IReadOnlyList<long>> lists)
    {
        var model = ServingModel.Create(snapshot);
        var (sum, count) = (0.0, 0);
        foreach (var list in lists)
        {
            int[] rows = [.. list.Take(Places).Select(model.RowOf)];
            var (distance, pairs) = (0.0, 0);
            for (var a = 0; a < rows.Length; a++)
            {
                for (var b = 0; b < a; b++)
                {
                    distance += 1 - TopNScorer.Cosine(model, rows[a], rows[b]);
                    pairs++;
                }
            }

            (sum, count) = pairs == 0 ? (sum, count) : (sum + (distance / pairs), count + 1);
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
