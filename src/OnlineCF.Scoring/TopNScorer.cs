using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>A movie row with its score.</summary>
public readonly record struct ScoredRow(int Row, float Score);

/// <summary>
/// The best movies for a query in one pass over the factors where they lie: nothing is copied, nothing is
/// allocated, and the time is that of reading the factors once.
/// </summary>
public static class TopNScorer
{
    private const int RowsAtOnce = 4;

    /// <summary>The movies with the highest x·y, best first; of equal scores the lower row comes first.</summary>
    /// <param name="model">Its ranking factors are scored, movies folded in included.</param>
    /// <param name="query">x, padded to the stride.</param>
    /// <param name="excluded">Rows to leave out, or null.</param>
    /// <param name="into">Where the list goes; its length is how many are wanted.</param>
    /// <returns>How many rows were found, at most <paramref name="into"/>'s length.</returns>
    /// <exception cref="ArgumentException">The query is not one stride long.</exception>
    public static int Top(ServingModel model, ReadOnlySpan<float> query, MovieMask? excluded, Span<ScoredRow> into)
    {
        if (query.Length != model.Stride)
        {
            throw new ArgumentException($"The query has {query.Length} floats, not {model.Stride}.", nameof(query));
        }

        return Best(model, query, excluded, -1, default(PlainScore), into);
    }

    /// <summary>
    /// The movies whose ranking factors point most nearly the way of <paramref name="row"/>'s: highest cosine
    /// first, the row itself left out. Movies with all factors zero have no direction and are left out too.
    /// </summary>
    /// <returns>How many rows were found, at most <paramref name="into"/>'s length.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such row.</exception>
    public static int Similar(ServingModel model, int row, MovieMask? excluded, Span<ScoredRow> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, model.MovieCount);
        return Best(model, model.RankingRow(row), excluded, row, new CosineScore(model, row), into);
    }

    private static int Best<TScore>(
        ServingModel model, ReadOnlySpan<float> query, MovieMask? excluded, int leftOut, TScore score, Span<ScoredRow> into)
        where TScore : struct, IScore
    {
        var best = new BestRows(into);
        var done = Vector512.IsHardwareAccelerated
            ? ScanFours<Lanes512, TScore>(model, query, excluded, leftOut, score, ref best)
            : Vector256.IsHardwareAccelerated
            ? ScanFours<Lanes256, TScore>(model, query, excluded, leftOut, score, ref best)
            : ScanFours<Lanes128, TScore>(model, query, excluded, leftOut, score, ref best);
        for (var row = done; row < model.MovieCount; row++)
        {
            Offer(ref best, row, score.Of(DotKernel.Dot(query, model.RankingRow(row)), row), excluded, leftOut);
        }

        return best.SortBestFirst();
    }

    /// <returns>How many of the snapshot's rows were scanned: all but at most three.</returns>
    private static int ScanFours<TLanes, TScore>(
        ServingModel model, ReadOnlySpan<float> query, MovieMask? excluded, int leftOut, TScore score, ref BestRows best)
        where TLanes : struct, ILanes<TLanes>
        where TScore : struct, IScore
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
                    Offer(ref best, row + lane, scores[lane], excluded, leftOut);
                }
            }
        }

        return end;
    }

    private static void Offer(ref BestRows best, int row, float score, MovieMask? excluded, int leftOut)
    {
        if (score > best.Threshold && row != leftOut && (excluded is null || !excluded.Contains(row)))
        {
            best.Add(row, score);
        }
    }

    // What a dot product counts for; a struct, so that the loop is compiled for each without a call.
    private interface IScore
    {
        public Vector128<float> Of(Vector128<float> dots, int firstRow);

        public float Of(float dot, int row);
    }

    private readonly struct PlainScore : IScore
    {
        public Vector128<float> Of(Vector128<float> dots, int firstRow) => dots;

        public float Of(float dot, int row) => dot;
    }

    // cos(a, b) = a·b / (|a| |b|); the inverse norm of a zero row is NaN, which no list accepts.
    private readonly struct CosineScore(ServingModel model, int row) : IScore
    {
        private readonly ServingModel _model = model;
        private readonly float _inverseNorm = model.InverseNormOf(row);

        public Vector128<float> Of(Vector128<float> dots, int firstRow) =>
            dots * (Vector128.Create<float>(_model.TrainedInverseNorms.Slice(firstRow, RowsAtOnce)) * _inverseNorm);

        public float Of(float dot, int row) => dot * (_model.InverseNormOf(row) * _inverseNorm);
    }
}
