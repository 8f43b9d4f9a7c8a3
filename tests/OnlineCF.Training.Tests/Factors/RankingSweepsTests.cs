using OnlineCF.Core.Models;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Tests.Factors;

public sealed class RankingSweepsTests
{
    private const int Dim = 6;

    private static readonly FoldInParameters Parameters = new();

    private readonly TrainingSet _set = TrainingSet.Create(
        TestRatings.History(TestRatings.Checkerboard(20, 30)), (_, _) => false, 0);

    [Fact]
    public void Movies_are_the_minimum_given_the_rows_that_were_solved_for_them()
    {
        var ratings = RankingColumns.Of(_set, sittings: false, holdOut: false);
        var start = Movies(_set.TrainedMovies);
        var once = Sweep(ratings, start, 1, threads: 1);

        // The rows that the sweep has solved are those of the start.
        var rows = Rows(ratings, start.RankingFactors);
        var weights = Parameters.UserWeights(ratings.ByRow.Counts(ratings.Rows));
        var least = Loss(ratings, rows, weights, once);
        for (var i = 0; i < once.Length; i += 7)
        {
            if (i % start.Stride < Dim)
            {
                foreach (var step in (float[])[-0.01f, 0.01f])
                {
                    var moved = once.ToArray();
                    moved[i] += step;
                    Assert.True(Loss(ratings, rows, weights, moved) > least);
                }
            }
        }
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var ratings = RankingColumns.Of(_set, sittings: false, holdOut: false);
        var start = Movies(_set.TrainedMovies);

        Assert.Equal(Sweep(ratings, start, 3, threads: 1), Sweep(ratings, start, 3, threads: 3));
    }

    [Fact]
    public void Cancelled_sweep_ends()
    {
        using var sweeps = new RankingSweeps(
            RankingColumns.Of(_set, sittings: false, holdOut: false), Movies(_set.TrainedMovies), Parameters, threads: 2);

        Assert.ThrowsAny<OperationCanceledException>(() => sweeps.Sweep(new CancellationToken(canceled: true)));
    }

    private static float[] Sweep(RankingColumns ratings, FactorTable movies, int count, int threads)
    {
        using var sweeps = new RankingSweeps(ratings, movies, Parameters, threads);
        for (var i = 0; i < count; i++)
        {
            sweeps.Sweep(CancellationToken.None);
        }

        return sweeps.CopyMovies();
    }

    private static FactorTable Movies(int count)
    {
        var random = new Random(1);
        var stride = FactorTable.StrideOf(Dim);
        return new FactorTable(
            Dim, [.. Enumerable.Range(1, count).Select(id => (long)id)], new int[count], new float[count], new float[count * stride],
            [.. Enumerable.Range(0, count * stride).Select(i => i % stride < Dim ? random.NextSingle() - 0.5f : 0)]);
    }

    private static float[][] Rows(RankingColumns ratings, float[] movies)
    {
        var stride = FactorTable.StrideOf(Dim);
        var gramian = OnlineCF.Scoring.GramianKernel.Compute(movies, stride);
        var solver = new OnlineCF.Scoring.RankingRows(movies, [], gramian, stride, Dim, Parameters);
        var rows = new float[ratings.Rows][];
        for (var row = 0; row < rows.Length; row++)
        {
            var rated = new OnlineCF.Scoring.RatedRow[ratings.ByRow.MoviesOf(row).Length];
            for (var i = 0; i < rated.Length; i++)
            {
                rated[i] = new(ratings.ByRow.MoviesOf(row)[i], ratings.ByRow.ValuesOf(row)[i]);
            }

            solver.Solve(rated, rows[row] = new float[stride]);
        }

        return rows;
    }

    // Σ w c (t − x·y)² + α0 Σ w (x·y)² over all pairs + Σ (λ Σ w c + λ0) |y|², what the movies are solved for.
    private static double Loss(RankingColumns ratings, float[][] rows, float[] weights, float[] movies)
    {
        var stride = FactorTable.StrideOf(Dim);
        var loss = 0.0;
        for (var movie = 0; movie < movies.Length / stride; movie++)
        {
            var y = movies.AsSpan(movie * stride, stride);
            var (raters, values) = (ratings.ByMovie.MoviesOf(movie).ToArray(), ratings.ByMovie.ValuesOf(movie).ToArray());
            var (ridge, squares) = ((double)Parameters.RankingPrior, 0.0);
            for (var i = 0; i < raters.Length; i++)
            {
                var (weight, target) = Parameters.PreferenceOf(values[i]);
                var error = target - Dot(rows[raters[i]], y);
                loss += weight * weights[raters[i]] * error * error;
                ridge += Parameters.RankingL2 * weight * weights[raters[i]];
            }

            for (var row = 0; row < rows.Length; row++)
            {
                loss += Parameters.UnobservedWeight * weights[row] * Math.Pow(Dot(rows[row], y), 2);
            }

            foreach (var value in y)
            {
                squares += (double)value * value;
            }

            loss += ridge * squares;
        }

        return loss;
    }

    private static double Dot(float[] a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (double)a[i] * b[i];
        }

        return sum;
    }
}
