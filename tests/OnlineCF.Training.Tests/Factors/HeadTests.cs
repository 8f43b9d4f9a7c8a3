using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Scoring;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;
using OnlineCF.Training.Rounds;
using static TorchSharp.torch;

namespace OnlineCF.Training.Tests.Factors;

public sealed class HeadTests
{
    private const int Dim = 5;
    private static readonly FoldInParameters Parameters = new();
    private readonly TrainingSet _set = TrainingSet.Create(
        TestRatings.History(TestRatings.Checkerboard(30, 20)), (_, _) => false, 0);

    public HeadTests() => TorchRuntime.Initialize(_ => { });

    [Fact]
    public void Closed_form_users_are_their_fold_in()
    {
        using var fit = Fit();
        fit.SweepRanking(_set.AllMovies(), TestContext.Current.CancellationToken);
        fit.SweepRating(_set.AllMovies(), TestContext.Current.CancellationToken);
        var snapshot = fit.Snapshot(default);

        for (var user = 0; user < _set.TrainedUsers; user++)
        {
            var folded = Fold(snapshot, user);
            AssertNear(folded.Ranking, snapshot.Users.RankingRow(user), 1e-4);
            AssertNear(folded.Rating, snapshot.Users.RatingRow(user), 1e-3);
            Assert.Equal(folded.Bias, snapshot.Users.Biases[user], 1e-3);
        }
    }

    [Fact]
    public void Minibatches_and_sweeps_lower_the_same_objective()
    {
        using var fit = Fit();
        var positions = Enumerable.Range(0, _set.Train.Count).ToArray();
        var start = RankingObjective(fit.Snapshot(default));
        for (var epoch = 0; epoch < 200; epoch++)
        {
            fit.Epoch(positions, 0.01, TestContext.Current.CancellationToken);
        }

        var minibatches = RankingObjective(fit.Snapshot(default));
        for (var sweep = 0; sweep < 20; sweep++)
        {
            fit.SweepRanking(_set.AllMovies(), TestContext.Current.CancellationToken);
        }

        var exact = RankingObjective(fit.Snapshot(default));
        Assert.True(minibatches < 0.7 * start, $"{start} -> {minibatches}");
        Assert.InRange(minibatches, exact, 1.05 * exact);
    }

    private FactorFit Fit() => new(
        _set, new TrainingOptions { EmbeddingDim = Dim, BatchSize = 32 }, Parameters, new BiasBaseline(_set), null,
        new Random(5), CPU);

    private UserVectors Fold(FactorSnapshot snapshot, int user)
    {
        var movies = _set.Train.MoviesOf(user).ToArray();
        var values = _set.Train.ValuesOf(user).ToArray();
        return UserFoldIn.Fold(
            ServingModel.Create(snapshot), movies.Zip(values, (movie, value) => new RatedRow(movie, value)).ToArray());
    }

    // Σ c (t − x·y)² + α0 Σ over all pairs (x·y)² + λ Σ s^ν |row|², term by term as it is defined.
    private double RankingObjective(FactorSnapshot snapshot)
    {
        var (users, movies) = (snapshot.Users, snapshot.Movies);
        var (loss, userWeights, movieWeights) = (0.0, new double[users.Count], new double[movies.Count]);
        for (var i = 0; i < _set.Train.Count; i++)
        {
            var (user, movie) = (_set.Train.Users[i], _set.Train.Movies[i]);
            var (weight, target) = Parameters.PreferenceOf(_set.Train.Values[i]);
            var score = DotKernel.Dot(users.RankingRow(user), movies.RankingRow(movie));
            loss += weight * (target - score) * (target - score);
            userWeights[user] += weight;
            movieWeights[movie] += weight;
        }

        for (var user = 0; user < users.Count; user++)
        {
            for (var movie = 0; movie < movies.Count; movie++)
            {
                var score = DotKernel.Dot(users.RankingRow(user), movies.RankingRow(movie));
                loss += Parameters.UnobservedWeight * score * score;
            }
        }

        return loss + Penalty(users, userWeights, movies.Count) + Penalty(movies, movieWeights, users.Count);
    }

    private static double Penalty(FactorTable table, double[] weights, int others)
    {
        var sum = 0.0;
        for (var row = 0; row < table.Count; row++)
        {
            var strength = Math.Pow(weights[row] + (Parameters.UnobservedWeight * others), Parameters.RankingL2Exponent);
            sum += Parameters.RankingL2 * strength * DotKernel.Dot(table.RankingRow(row), table.RankingRow(row));
        }

        return sum;
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], tolerance);
        }
    }
}
