using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// Where a row of one table would be in another table of the same movies: the linear map M with the least
/// Σ n |z − M y|² + λ |M|² over the rows y and z of movies with n ratings. It is near the identity, for one table was
/// trained from the other.
/// </summary>
internal static class RowMap
{
    // As if so many ratings had said that nothing moves.
    private const double Ridge = 1;

    /// <summary>M, stride × stride, row-major.</summary>
    public static float[] Of(FactorTable from, FactorTable to)
    {
        var (dim, stride) = (from.EmbeddingDim, from.Stride);
        var map = new float[stride * stride];
        var solution = new float[stride];
        for (var f = 0; f < dim; f++)
        {
            var equations = new NormalEquations(dim, stride);
            for (var row = 0; row < from.Count; row++)
            {
                var y = from.RankingRow(row);
                equations.AddRow(y, from.Counts[row], (double)from.Counts[row] * (to.RankingRow(row)[f] - y[f]));
            }

            equations.Factor(Ridge);
            equations.Solve(solution);
            equations.Dispose();
            solution.AsSpan(0, dim).CopyTo(map.AsSpan(f * stride));
            map[(f * stride) + f] += 1;
        }

        return map;
    }

    /// <summary>M y.</summary>
    public static float[] Apply(float[] map, float[] row)
    {
        var moved = new float[row.Length];
        for (var f = 0; f < row.Length; f++)
        {
            moved[f] = DotKernel.Dot(map.AsSpan(f * row.Length, row.Length), row);
        }

        return moved;
    }
}
