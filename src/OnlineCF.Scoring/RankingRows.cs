using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// Solves ranking rows against a table of the other side's rows as they are just now: the fold-in's solve, for a
/// trainer whose factors are no snapshot yet. What it trains is therefore what fold-in finds again.
/// </summary>
/// <param name="others">The other side's ranking factors, rows × stride, padded with zeros.</param>
/// <param name="weights">How much each of them weighs in this side's equations; empty when all weigh 1.</param>
/// <param name="gramian">Their Gramian so weighted, stride × stride.</param>
/// <param name="stride">Floats a row.</param>
/// <param name="dimension">k.</param>
/// <param name="parameters">The objective.</param>
public readonly ref struct RankingRows(
    ReadOnlySpan<float> others, ReadOnlySpan<float> weights, ReadOnlySpan<float> gramian, int stride, int dimension,
    FoldInParameters parameters)
{
    private readonly TableSide _side = new(others, weights, stride);
    private readonly RankingPrior _prior = new(gramian, dimension, parameters);

    /// <summary>The exact minimum for a row with these ratings, each of another row of the table.</summary>
    /// <param name="ratings">At least one, all of known rows.</param>
    /// <param name="into">Takes the row, one stride; what lies beyond k is left as it is.</param>
    public void Solve(ReadOnlySpan<RatedRow> ratings, Span<float> into) =>
        FoldInSolver.SolveRanking(_side, ratings, [], _prior, into);

    private readonly ref struct TableSide(ReadOnlySpan<float> rows, ReadOnlySpan<float> weights, int stride) : IFactorSide
    {
        private readonly ReadOnlySpan<float> _rows = rows;
        private readonly ReadOnlySpan<float> _weights = weights;

        public ReadOnlySpan<float> RankingRow(int row) => _rows.Slice(row * stride, stride);

        public float WeightOf(int row) => _weights.IsEmpty ? 1 : _weights[row];

        public ReadOnlySpan<float> RatingRow(int row) => throw new NotSupportedException("The table has one head.");

        public float BiasOf(int row) => throw new NotSupportedException("The table has one head.");
    }
}
