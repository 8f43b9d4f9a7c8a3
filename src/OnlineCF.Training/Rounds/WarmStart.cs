using OnlineCF.Core.Models;
using OnlineCF.Scoring;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Brings the biases of a snapshot up to date before an incremental round: the mean has moved, and a few
/// minibatches do not carry every row to where the ratings since put it. One pass over the ratings, in closed form.
/// </summary>
internal static class WarmStart
{
    private const int Sweeps = 3;

    /// <summary>L2 on a bias, as strong as so many ratings: that of <see cref="BiasBaseline"/>, where a full round starts.</summary>
    private const double BiasL2 = 5;

    /// <summary>
    /// The snapshot with the biases that minimise Σ (r − μ − b_u − b_i − p·q)² + λ Σ b_u² + λ Σ b_i², its factors
    /// as they are; rows it does not have start from the baseline's biases and no factors.
    /// </summary>
    public static FactorSnapshot Refresh(TrainingSet set, FactorSnapshot snapshot, BiasBaseline baseline)
    {
        int[] userRows = [.. set.UserIds.Select(snapshot.Users.RowOf)];
        int[] movieRows = [.. set.MovieIds.Select(snapshot.Movies.RowOf)];
        var residuals = Residuals(set, snapshot, userRows, movieRows);
        var (users, movies) = (baseline.UserBiases.ToArray(), baseline.MovieBiases.ToArray());
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            Fit(movies, set.Train.Movies, users, set.Train.Users, residuals);
            Fit(users, set.Train.Users, movies, set.Train.Movies, residuals);
        }

        return snapshot with
        {
            Users = WithBiases(snapshot.Users, userRows, users),
            Movies = WithBiases(snapshot.Movies, movieRows, movies),
        };
    }

    // r − μ − p·q
    private static float[] Residuals(TrainingSet set, FactorSnapshot snapshot, int[] userRows, int[] movieRows)
    {
        var residuals = new float[set.Train.Count];
        for (var i = 0; i < residuals.Length; i++)
        {
            var (user, movie) = (userRows[set.Train.Users[i]], movieRows[set.Train.Movies[i]]);
            var taste = user < 0 || movie < 0
                ? 0
                : DotKernel.Dot(snapshot.Users.RatingRow(user), snapshot.Movies.RatingRow(movie));
            residuals[i] = set.Train.Values[i] - set.GlobalMean - taste;
        }

        return residuals;
    }

    // b_row = Σ (residual − b_other) / (n + λ)
    private static void Fit(float[] biases, int[] rows, float[] others, int[] otherRows, float[] residuals)
    {
        var (sums, counts) = (new double[biases.Length], new int[biases.Length]);
        for (var i = 0; i < residuals.Length; i++)
        {
            sums[rows[i]] += residuals[i] - others[otherRows[i]];
            counts[rows[i]]++;
        }

        for (var row = 0; row < biases.Length; row++)
        {
            biases[row] = (float)(sums[row] / (counts[row] + BiasL2));
        }
    }

    private static FactorTable WithBiases(FactorTable table, int[] rows, float[] biases)
    {
        var fresh = table.Biases.ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0)
            {
                fresh[rows[i]] = biases[i];
            }
        }

        return table.With(fresh, table.RatingFactors, table.RankingFactors);
    }
}
