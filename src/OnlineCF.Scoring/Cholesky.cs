namespace OnlineCF.Scoring;

/// <summary>
/// A = L Lᵀ for symmetric positive definite A, row by row (Cholesky-Banachiewicz), in place in the lower
/// triangle: L_ij = (A_ij − Σ_{t&lt;j} L_it L_jt) / L_jj, L_ii = √(A_ii − Σ_{t&lt;i} L_it²).
/// </summary>
internal static class Cholesky
{
    // Eight finished rows of the largest matrix stay in a core's cache while sixteen new rows use them.
    private const int BlockRows = 16;
    private const int BlockColumns = 8;

    /// <summary>Replaces the lower triangle of A by L.</summary>
    /// <param name="matrix">A, row-major.</param>
    /// <param name="dimension">Rows and columns.</param>
    /// <param name="stride">From one row to the next.</param>
    public static void Factor(Span<double> matrix, int dimension, int stride)
    {
        for (var block = 0; block < dimension; block += BlockRows)
        {
            var end = Math.Min(block + BlockRows, dimension);
            for (var column = 0; column < block; column += BlockColumns)
            {
                FactorColumns(matrix, block, end, column, column + BlockColumns, stride);
            }

            for (var i = block; i < end; i += RowWeights.Count)
            {
                var last = Math.Min(i + RowWeights.Count, end);
                FactorColumns(matrix, i, last, block, i, stride);
                FactorRows(matrix, i, last, i, last, stride);
            }
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

    /// <summary>How many numbers a lower triangle has.</summary>
    public static int PackedLength(int dimension) => dimension * (dimension + 1) / 2;

    /// <summary>The same as <see cref="Solve"/> where each row of L begins right after the last, to the bit.</summary>
    public static void SolvePacked(ReadOnlySpan<double> factor, int dimension, Span<double> rightSide)
    {
        var start = 0;
        for (var i = 0; i < dimension; start += ++i)
        {
            var row = factor.Slice(start, i + 1);
            rightSide[i] = (rightSide[i] - DoubleKernel.Dot(row[..i], rightSide)) / row[i];
        }

        for (var i = dimension - 1; i >= 0; i--)
        {
            start -= i + 1;
            var row = factor.Slice(start, i + 1);
            rightSide[i] /= row[i];
            DoubleKernel.AddScaled(row[..i], -rightSide[i], rightSide);
        }
    }

    // L_ij of the rows from `start` to before `end`, all below the columns; each of those is read once for four rows.
    private static void FactorColumns(
        Span<double> matrix, int start, int end, int firstColumn, int endColumn, int stride)
    {
        var i = start;
        for (; i <= end - RowWeights.Count; i += RowWeights.Count)
        {
            var rows = matrix[(i * stride)..];
            for (var j = firstColumn; j < endColumn; j++)
            {
                var other = matrix.Slice(j * stride, j + 1);
                DoubleKernel.DotFourRows(rows, stride, other[..j], out var sums);
                for (var row = 0; row < RowWeights.Count; row++)
                {
                    ref var element = ref rows[(row * stride) + j];
                    element = (element - sums[row]) / other[j];
                }
            }
        }

        FactorRows(matrix, i, end, firstColumn, endColumn, stride);
    }

    // The same one row at a time; the diagonal too, where it lies in the columns.
    private static void FactorRows(
        Span<double> matrix, int start, int end, int firstColumn, int endColumn, int stride)
    {
        for (var i = start; i < end; i++)
        {
            var row = matrix.Slice(i * stride, i + 1);
            for (var j = firstColumn; j < Math.Min(i, endColumn); j++)
            {
                var other = matrix.Slice(j * stride, j + 1);
                row[j] = (row[j] - DoubleKernel.Dot(row[..j], other)) / other[j];
            }

            if (i < endColumn)
            {
                row[i] = Math.Sqrt(row[i] - DoubleKernel.Dot(row[..i], row));
            }
        }
    }
}
