namespace OnlineCF.Training.Evaluation;

/// <summary>List metrics of one user, by the definitions of Järvelin and Kekäläinen (2002) with binary gain.</summary>
internal static class RankingMetrics
{
    /// <summary>Σ over hits 1/log₂(rank + 1), over the same sum of the best possible list.</summary>
    /// <param name="hits">Whether the movie at each rank is relevant, best first.</param>
    /// <param name="relevant">How many relevant movies there are, at least 1.</param>
    /// <param name="cutoff">How many ranks count.</param>
    public static double Ndcg(ReadOnlySpan<bool> hits, int relevant, int cutoff)
    {
        var (gain, ideal) = (0.0, 0.0);
        for (var rank = 1; rank <= cutoff; rank++)
        {
            var discounted = 1 / Math.Log2(rank + 1);
            gain += rank <= hits.Length && hits[rank - 1] ? discounted : 0;
            ideal += rank <= relevant ? discounted : 0;
        }

        return gain / ideal;
    }

    /// <summary>Hits among the first <paramref name="cutoff"/> over min(cutoff, relevant).</summary>
    public static double Recall(ReadOnlySpan<bool> hits, int relevant, int cutoff) =>
        (double)Hits(hits, cutoff) / Math.Min(cutoff, relevant);

    /// <summary>How many of the first <paramref name="cutoff"/> are relevant.</summary>
    public static int Hits(ReadOnlySpan<bool> hits, int cutoff) => hits[..Math.Min(cutoff, hits.Length)].Count(true);
}
