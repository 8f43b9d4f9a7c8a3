using System.Buffers;
using OnlineCF.Core.Models;
using OnlineCF.Scoring;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Factors.Cpu;

/// <summary>Sets ranking rows of one side to their exact minimum given the other, by the solve of the fold-in.</summary>
internal sealed unsafe class RowSolves(
    IRankingSide side, IRankingSide other, SideGramian otherGramian, RatingColumns ratings, int dim, FoldInParameters parameters,
    ThreadTeam team)
{
    private const int RowsAPiece = 16;

    private readonly int _stride = FactorTable.StrideOf(dim);

    /// <summary>Solves these rows; the other side stands still.</summary>
    public void Solve(int[] rows, CancellationToken cancellationToken)
    {
        otherGramian.Refresh(parameters.UnobservedWeight);
        using var others = other.RankingTable();
        team.Run(
            piece =>
            {
                if (!cancellationToken.IsCancellationRequested)
                {
                    Solve(others.AsSpan(), rows.AsSpan(piece * RowsAPiece, Math.Min(RowsAPiece, rows.Length - (piece * RowsAPiece))));
                }
            },
            (rows.Length + RowsAPiece - 1) / RowsAPiece);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Solve(ReadOnlySpan<float> othersRows, ReadOnlySpan<int> rows)
    {
        var solved = ArrayPool<float>.Shared.Rent(_stride);
        var solver = new RankingRows(othersRows, other.Weights, otherGramian.Plain, _stride, dim, parameters);
        foreach (var row in rows)
        {
            var others = ratings.MoviesOf(row);
            var values = ratings.ValuesOf(row);
            var rated = ArrayPool<RatedRow>.Shared.Rent(others.Length);
            for (var i = 0; i < others.Length; i++)
            {
                rated[i] = new RatedRow(others[i], values[i]);
            }

            solver.Solve(rated.AsSpan(0, others.Length), solved.AsSpan(0, _stride));
            solved.AsSpan(0, dim).CopyTo(new Span<float>(side.RankingRow(row), dim));
            ArrayPool<RatedRow>.Shared.Return(rated);
        }

        ArrayPool<float>.Shared.Return(solved);
    }
}
