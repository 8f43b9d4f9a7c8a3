namespace OnlineCF.Scoring;

/// <summary>
/// A = L Lᵀ for symmetric positive definite A, row by row (Cholesky-Banachiewicz), in place in the lower
/// triangle: L_ij = (A_ij − Σ_{t&lt;j} L_it L_jt) / L_jj, L_ii = √(A_ii − Σ_{t&lt;i} L_it²).
/// </summary>
internal static class Cholesky
{
    /// <summary>Replaces the lower triangle of A by L.</summary>
    /// <param name="matrix">A, row-major.</param>
    /// <param name="dimension">Rows and columns.</param>
    /// <param name="stride">From one row to the next.</param>
    public static void Factor(Span<double> matrix, int dimension, int stride)
    {
        for (var i = 0; i < dimension; i++)
        {
            var row = matrix.Slice(i * stride, i + 1);
            for (var j = 0; j < i; j++)
            {
                var other = matrix.Slice(j * stride, j + 1);
                row[j] = (row[j] - DoubleKernel.Dot(row[..j], other)) / other[j];
            }

            row[i] = Math.Sqrt(row[i] - DoubleKernel.Dot(row[..i], row));
        }
    }

    /// <summary>Solves L Lᵀ z = b in place: L w = b downwards, then Lᵀ z = w upwards, both along rows of L.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int dimension, int stride, Span<double> rightSide)
    {
        for (var i = 0; i < dimension; i++)
        {
            var row = factor.Slice(i * stride, i + 1);
            rightSide[i] = (rightSide[i] - DoubleKernel.Dot(row[..i], rightSide)) / row[i];
        }

        for (var i = dimension - 1; i >= 0; i--)
        {
            var row = factor.Slice(i * stride, i + 1);
            rightSide[i] /= row[i];
            DoubleKernel.AddScaled(row[..i], -rightSide[i], rightSide);
        }
    }
}
