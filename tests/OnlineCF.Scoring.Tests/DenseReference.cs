namespace OnlineCF.Scoring.Tests;

/// <summary>The fold-in equations again, dense, in double precision, solved by Gauss elimination with pivoting.</summary>
internal static class DenseReference
{
    /// <summary>Bias and factors as k + 1 unknowns of one least-squares problem, the bias last.</summary>
    public static (double Bias, double[] Factors) Rating(ServingModel model, RatedRow[] ratings)
    {
        var k = model.Snapshot.EmbeddingDim;
        var known = ratings.Count(rating => rating.Row >= 0);
        var (matrix, right) = (new double[k + 1, k + 1], new double[k + 1]);
        foreach (var (row, value) in ratings)
        {
            var q = new double[k + 1];
            q[k] = 1;
            if (row >= 0)
            {
                model.RatingRow(row)[..k].ToArray().Select(x => (double)x).ToArray().CopyTo(q, 0);
            }

            var residual = (double)value - model.Snapshot.GlobalMean - (row >= 0 ? model.BiasOf(row) : 0);
            Add(matrix, right, q, 1, residual);
        }

        for (var i = 0; i < k; i++)
        {
            matrix[i, i] += model.Snapshot.FoldIn.RatingL2 * (double)known;
        }

        matrix[k, k] += model.Snapshot.FoldIn.BiasL2 * (double)ratings.Length;
        var solution = Solve(matrix, right);
        return (solution[k], solution[..k]);
    }

    public static double[] Ranking(ServingModel model, RatedRow[] ratings)
    {
        var k = model.Snapshot.EmbeddingDim;
        var parameters = model.Snapshot.FoldIn;
        var (matrix, right) = (new double[k, k], new double[k]);
        for (var row = 0; row < model.Snapshot.Movies.Count; row++)
        {
            Add(matrix, right, Row(model, row), parameters.UnobservedWeight, 0);
        }

        var weights = (double)parameters.UnobservedWeight * model.Snapshot.Movies.Count;
        foreach (var (row, value) in ratings.Where(rating => rating.Row >= 0))
        {
            var (weight, target) = parameters.PreferenceOf(value);
            Add(matrix, right, Row(model, row), weight, target);
            weights += weight;
        }

        for (var i = 0; i < k; i++)
        {
            matrix[i, i] += parameters.RankingL2 * Math.Pow(weights, parameters.RankingL2Exponent);
        }

        return Solve(matrix, right);
    }

    private static double[] Row(ServingModel model, int row) =>
        [.. model.RankingRow(row)[..model.Snapshot.EmbeddingDim].ToArray().Select(x => (double)x)];

    private static void Add(double[,] matrix, double[] right, double[] row, double weight, double target)
    {
        for (var i = 0; i < row.Length; i++)
        {
            right[i] += weight * target * row[i];
            for (var j = 0; j < row.Length; j++)
            {
                matrix[i, j] += weight * row[i] * row[j];
            }
        }
    }

    private static double[] Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var column = 0; column < n; column++)
        {
            var pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(matrix[row, column]));
            for (var j = 0; j < n; j++)
            {
                (matrix[column, j], matrix[pivot, j]) = (matrix[pivot, j], matrix[column, j]);
            }

            (right[column], right[pivot]) = (right[pivot], right[column]);
            for (var row = 0; row < n; row++)
            {
                var factor = row == column ? 0 : matrix[row, column] / matrix[column, column];
                for (var j = column; factor != 0 && j < n; j++)
                {
                    matrix[row, j] -= factor * matrix[column, j];
                }

                right[row] -= factor * right[column];
            }
        }

        return [.. right.Select((value, i) => value / matrix[i, i])];
    }
}
