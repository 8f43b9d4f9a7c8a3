using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>A movie row with its score.</summary>
public readonly record struct ScoredRow(int Row, float Score);

/// <summary>
/// The best movies for a query, exactly, with nothing copied and nothing allocated. Similar movies take one pass over the
/// factors where they lie. Lists read the rows in eight bits, the longest first, and end where no row that is left is
/// long enough; only rows that may be in the list are scored by their factors.
/// </summary>
public static class TopNScorer
{
    private const int RowsAtOnce = 4;

    /// <summary>The movies with the highest x·y, best first; of equal scores the lower row comes first.</summary>
    /// <param name="model">Its ranking factors are scored, movies folded in included.</param>
    /// <param name="query">x, padded to the stride.</param>
    /// <param name="excluded">Movies to leave out.</param>
    /// <param name="into">Where the list goes; its length is how many are wanted.</param>
    /// <returns>How many rows were found, at most <paramref name="into"/>'s length.</returns>
    /// <exception cref="ArgumentException">The query is not one stride long.</exception>
    public static int Top(ServingModel model, ReadOnlySpan<float> query, MovieExclusions excluded, Span<ScoredRow> into) =>
        Top(model, query, default, excluded, into);

    /// <summary>
    /// The movies with the highest x·y + b L whose predicted stars reach the floor, best first, and where there are not
    /// enough of them, the best of the others after them.
    /// </summary>
    /// <param name="model">Its ranking factors are scored, movies folded in included.</param>
    /// <param name="query">x, padded to the stride.</param>
    /// <param name="terms">b L and the floor.</param>
    /// <param name="excluded">Movies to leave out.</param>
    /// <param name="into">Where the list goes; its length is how many are wanted.</param>
    /// <param name="atLeast">
    /// A score that the last movie of the list has probably: it saves most of the work where it is right and not too low, and
    /// some where it is too high, for then everything is looked at again.
    /// </param>
    /// <returns>How many rows were found, at most <paramref name="into"/>'s length.</returns>
    /// <exception cref="ArgumentException">The query is not one stride long.</exception>
    public static int Top(
        ServingModel model, ReadOnlySpan<float> query, ListTerms terms, MovieExclusions excluded, Span<ScoredRow> into,
        float atLeast = float.NegativeInfinity)
    {
        if (query.Length != model.Stride)
        {
            throw new ArgumentException($"The query has {query.Length} floats, not {model.Stride}.", nameof(query));
        }

        var list = new ListScan(model, query, terms, excluded);
        var found = list.Run(into, standing: true, atLeast);
        if (found == into.Length)
        {
            return found;
        }

        found = atLeast > float.NegativeInfinity ? list.Run(into, standing: true) : found;
        return found < into.Length && terms.HasFloor ? found + list.Run(into[found..], standing: false) : found;
    }

    /// <summary>
    /// The movies whose ranking factors point most nearly the way of <paramref name="row"/>'s: highest cosine
    /// first, the row itself left out. Movies with all factors zero have no direction and are left out too.
    /// </summary>
    /// <returns>How many rows were found, at most <paramref name="into"/>'s length.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such row.</exception>
    public static int Similar(ServingModel model, int row, MovieExclusions excluded, Span<ScoredRow> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, model.MovieCount);
        var query = model.RankingRow(row);
        var score = new CosineScore(model, row);
        var best = new BestRows(into);
        var done = Vector512.IsHardwareAccelerated
            ? ScanFours<Lanes512>(model, query, excluded, row, score, ref best)
            : Vector256.IsHardwareAccelerated
            ? ScanFours<Lanes256>(model, query, excluded, row, score, ref best)
            : ScanFours<Lanes128>(model, query, excluded, row, score, ref best);
        for (var other = done; other < model.MovieCount; other++)
        {
            if (other != row)
            {
                Offer(model, other, score.Of(DotKernel.Dot(query, model.RankingRow(other)), other), excluded, ref best);
            }
        }

        return best.SortBestFirst();
    }

    /// <summary>The cosine of two rows' ranking factors; 0 where one is all zeros.</summary>
    public static float Cosine(ServingModel model, int a, int b)
    {
        var cosine = DotKernel.Dot(model.RankingRow(a), model.RankingRow(b)) * model.InverseNormOf(a) * model.InverseNormOf(b);
        return float.IsNaN(cosine) ? 0 : cosine;
    }

    /// <returns>How many of the snapshot's rows were scanned: all but at most three.</returns>
    private static int ScanFours<TLanes>(
        ServingModel model, ReadOnlySpan<float> query, MovieExclusions excluded, int leftOut, CosineScore score, ref BestRows best)
        where TLanes : struct, ILanes<TLanes>
    {
        var stride = model.Stride;
        var end = model.Snapshot.Movies.Count / RowsAtOnce * RowsAtOnce;
        ref var x = ref MemoryMarshal.GetReference(query);
        ref var factors = ref MemoryMarshal.GetArrayDataReference(model.Snapshot.Movies.RankingFactors);
        for (var row = 0; row < end; row += RowsAtOnce)
        {
            ref var rows = ref Unsafe.Add(ref factors, (nint)row * stride);
            var scores = score.Of(DotKernel.DotFourRows<TLanes>(ref x, ref rows, stride), row);
            if (Vector128.GreaterThanAny(scores, Vector128.Create(best.Threshold)))
            {
                for (var lane = 0; lane < RowsAtOnce; lane++)
                {
                    if (row + lane != leftOut)
                    {
                        Offer(model, row + lane, scores[lane], excluded, ref best);
                    }
                }
            }
        }

        return end;
    }

    private static void Offer(ServingModel model, int row, float score, MovieExclusions excluded, ref BestRows best)
    {
        if (best.Wants(row, score) && !excluded.Contains(model, row))
        {
            best.Add(row, score);
        }
    }

    // cos(a, b) = a·b / (|a| |b|); the inverse norm of a zero row is NaN, which no list accepts.
    private readonly struct CosineScore(ServingModel model, int row)
    {
        private readonly ServingModel _model = model;
        private readonly float _inverseNorm = model.InverseNormOf(row);

        public Vector128<float> Of(Vector128<float> dots, int firstRow) =>
            dots * (Vector128.Create<float>(_model.TrainedInverseNorms.Slice(firstRow, RowsAtOnce)) * _inverseNorm);

        public float Of(float dot, int row) => dot * (_model.InverseNormOf(row) * _inverseNorm);
    }
}
