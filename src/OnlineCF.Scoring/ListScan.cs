using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace OnlineCF.Scoring;

/// <summary>One list's way through the rows of a model.</summary>
internal readonly ref struct ListScan(
    ServingModel model, ReadOnlySpan<float> query, ListTerms terms, MovieExclusions excluded)
{
    private const int MaxStackPairs = 1024;

    // What the sum of a product and its term may be rounded up by, with room to spare.
    private const float SumRounding = 1e-6f;

    private readonly ServingModel _model = model;
    private readonly ReadOnlySpan<float> _query = query;
    private readonly ListTerms _terms = terms;
    private readonly MovieExclusions _excluded = excluded;

    /// <summary>The best rows of those that reach the floor, or of those that do not.</summary>
    /// <param name="into">Where they go.</param>
    /// <param name="standing">Whether those that reach the floor are wanted.</param>
    /// <param name="atLeast">Rows of lower scores are not looked for.</param>
    /// <returns>How many there are, best first.</returns>
    public int Run(Span<ScoredRow> into, bool standing, float atLeast = float.NegativeInfinity)
    {
        var best = new BestRows(into, atLeast);
        Screen(standing, ref best);
        OfferFolded(standing, ref best);
        return best.SortBestFirst();
    }

    // The snapshot's rows, a block at a time.
    private void Screen(bool standing, ref BestRows best)
    {
        var table = _model.Screen;
        Span<int> packed = table.Pairs <= MaxStackPairs ? stackalloc int[table.Pairs] : new int[table.Pairs];
        var screen = new ScreenQuery(_query, packed);
        for (var block = 0; block < table.Blocks; block++)
        {
            var candidates = uint.MaxValue >> (32 - Math.Min(ScreenTable.BlockRows, table.Count - (block * ScreenTable.BlockRows)));
            if (screen.CanScreen)
            {
                var least = LeastProduct(best.Threshold);
                if (screen.MostOf(table.Norms[block]) < least)
                {
                    return;
                }

                candidates &= Candidates(table, block, screen, least);
            }

            for (; candidates != 0; candidates &= candidates - 1)
            {
                var row = table.Rows[(block * ScreenTable.BlockRows) + BitOperations.TrailingZeroCount(candidates)];
                if (!_excluded.IsMasked(row))
                {
                    Offer(row, standing, ref best);
                }
            }
        }
    }

    /// <returns>A bit for each row of the block whose bound is not below the threshold.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Candidates(ScreenTable table, int block, ScreenQuery screen, float threshold)
    {
        var products = ScreenKernel.Products(
            ref table.Block(block), ref MemoryMarshal.GetReference(screen.Packed), table.Pairs);
        ref var scales = ref MemoryMarshal.GetReference(table.Scales);
        var bounds = (Vector512.LoadUnsafe(ref scales, (nuint)(block * ScreenTable.BlockRows))
            * ((Vector512.ConvertToSingle(products) * screen.Scale) + Vector512.Create(screen.Length * table.Errors[block])))
            + Vector512.Create(screen.SlackOf(table.Norms[block]));
        return ~(uint)Vector512.LessThan(bounds, Vector512.Create(threshold)).ExtractMostSignificantBits();
    }

    private void OfferFolded(bool standing, ref BestRows best)
    {
        var screen = new ScreenQuery(_query, []);
        for (var row = _model.Snapshot.Movies.Count; row < _model.MovieCount; row++)
        {
            if (!(screen.MostOf(_model.NormOfFolded(row)) < LeastProduct(best.Threshold)) && !_excluded.IsMasked(row))
            {
                Offer(row, standing, ref best);
            }
        }
    }

    // No row with a smaller product reaches the threshold, whatever its term.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float LeastProduct(float threshold) =>
        _terms.Most == 0 ? threshold : threshold - _terms.Most - (SumRounding * (MathF.Abs(threshold) + _terms.Most));

    private void Offer(int row, bool standing, ref BestRows best)
    {
        var product = DotKernel.Dot(_query, _model.RankingRow(row));
        if (product < LeastProduct(best.Threshold))
        {
            return;
        }

        var score = product + _terms.Of(row);
        if (best.Wants(row, score) && !_excluded.Contains(_model, row)
            && (!_terms.HasFloor || _terms.Stands(row) == standing))
        {
            best.Add(row, score);
        }
    }
}
