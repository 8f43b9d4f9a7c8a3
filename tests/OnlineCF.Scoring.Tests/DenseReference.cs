using OnlineCF.Core.Models;

namespace OnlineCF.Scoring.Tests;

/// <summary>The fold-in equations again, dense, in double precision, solved by Gauss elimination with pivoting.</summary>
internal static class DenseReference
{
    /// <summary>The side that a user is folded in from.</summary>
    public static Side Movies(ServingModel model) => new(
        model.Snapshot.EmbeddingDim, model.Snapshot.Movies.Count, model.Snapshot.GlobalMean, model.Snapshot.FoldIn,
        model.BiasOf, row => model.RatingRow(row).ToArray(), row => model.RankingRow(row).ToArray(), _ => 1);

    /// <summary>The side that a movie is folded in from.</summary>
    public static Side Users(ServingModel model) => new(
        model.Snapshot.EmbeddingDim, model.Snapshot.Users.Count, model.Snapshot.GlobalMean, model.Snapshot.FoldIn,
        row => model.Snapshot.Users.Biases[row], row => model.Snapshot.Users.RatingRow(row).ToArray(),
        row => model.Snapshot.Users.RankingRow(row).ToArray(), WeightsOf(model.Snapshot));

    /// <summary>Bias and factors as k + 1 unknowns of one least-squares problem, the bias last.</summary>
    public static (double Bias, double[] Factors) Rating(Side side, RatedRow[] ratings)
    {
        var k = side.Dimension;
        var (matrix, right) = (new double[k + 1, k + 1], new double[k + 1]);
        foreach (var (row, value) in ratings)
        {
            var factors = row < 0 ? new double[k + 1] : [.. Widen(side.RatingRow(row), k), 0];
            factors[k] = 1;
            Add(matrix, right, factors, 1, (double)value - side.Mean - (row >= 0 ? side.BiasOf(row) : 0));
        }

        for (var i = 0; i < k; i++)
        {
            matrix[i, i] += (side.Parameters.RatingL2 * (double)ratings.Count(rating => rating.Row >= 0)) + side.Parameters.RatingPrior;
        }

        matrix[k, k] += side.Parameters.BiasPrior;
        var solution = Solve(matrix, right);
        return (solution[k], solution[..k]);
    }

    /// <summary>Of a user the preference is the user's own; of a movie it is that of the model.</summary>
    public static double[] Ranking(Side side, RatedRow[] ratings, UserPreference? preference = null, float[]? rated = null)
    {
        var k = side.Dimension;
        var parameters = side.Parameters;
        var (matrix, right) = (new double[k, k], new double[k]);
        for (var row = 0; row < side.Count; row++)
        {
            Add(matrix, right, Widen(side.RankingRow(row), k), parameters.UnobservedWeight * (double)side.WeightOf(row), 0);
        }

        var weights = 0.0;
        for (var i = 0; i < ratings.Length; i++)
        {
            var (row, value) = ratings[i];
            if (row < 0)
            {
                continue;
            }

            var (weight, target) = preference?.Of(value) ?? parameters.PreferenceOf(value);
            weight *= side.WeightOf(row) * (rated?[i] ?? 1);
            Add(matrix, right, Widen(side.RankingRow(row), k), weight, target);
            weights += weight;
        }

        for (var i = 0; i < k; i++)
        {
            matrix[i, i] += (parameters.RankingL2 * weights) + parameters.RankingPrior;
        }

        return Solve(matrix, right);
    }

    // w_u = n_u^−η · Σ n / Σ n^(1−η).
    private static Func<int, float> WeightsOf(FactorSnapshot snapshot)
    {
        var (counts, exponent) = (snapshot.Users.Counts, (double)snapshot.FoldIn.UserWeightExponent);
        var scale = counts.Sum(n => (double)n) / counts.Sum(n => n == 0 ? 0 : Math.Pow(n, 1 - exponent));
        return row => (float)(scale * Math.Pow(counts[row], -exponent));
    }

    private static double[] Widen(float[] row, int dimension) => [.. row.Take(dimension).Select(x => (double)x)];

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

    /// <summary>What is known of the other side.</summary>
    public sealed record Side(
        int Dimension, int Count, float Mean, FoldInParameters Parameters,
        Func<int, float> BiasOf, Func<int, float[]> RatingRow, Func<int, float[]> RankingRow, Func<int, float> WeightOf);
}
