using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Scoring;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Tests.Factors;

public sealed class HeadTests
{
    private const int Dim = 5;
    private static readonly FoldInParameters Parameters = new(UserWeightExponent: 0);
    private static readonly TrainingOptions Options = new() { EmbeddingDim = Dim, BatchSize = 32, Engine = "vector" };
    private readonly TrainingSet _set = TrainingSet.Create(
        TestRatings.History(TestRatings.Checkerboard(30, 20)), (_, _) => false, 0);

    [Fact]
    public void Closed_form_users_are_what_the_objective_gives()
    {
        using var fit = Fit();
        fit.SweepRanking(AllPositions(), TestContext.Current.CancellationToken);
        var snapshot = fit.Snapshot(default);

        for (var user = 0; user < _set.TrainedUsers; user++)
        {
            AssertNear(Solve(snapshot, user), snapshot.Users.RankingRow(user), 1e-4);
        }
    }

    [Fact]
    public void Minibatches_and_sweeps_lower_the_same_objective()
    {
        using var fit = Fit();
        var positions = AllPositions();
        var start = RankingObjective(fit.Snapshot(default));
        for (var epoch = 0; epoch < 200; epoch++)
        {
            fit.Epoch(positions, 0.01, TestContext.Current.CancellationToken);
        }

        var minibatches = RankingObjective(fit.Snapshot(default));
        for (var sweep = 0; sweep < 20; sweep++)
        {
            fit.SweepRanking(positions, TestContext.Current.CancellationToken);
        }

        var exact = RankingObjective(fit.Snapshot(default));
        Assert.True(minibatches < 0.7 * start, $"{start} -> {minibatches}");
        Assert.InRange(minibatches, exact, 1.05 * exact);
    }

    [Fact]
    public void Minibatches_bring_the_stars_near_the_fold_in()
    {
        using var fit = Fit();
        for (var epoch = 0; epoch < 300; epoch++)
        {
            fit.Epoch(AllPositions(), 0.01, TestContext.Current.CancellationToken);
        }

        var snapshot = fit.Snapshot(default);
        for (var user = 0; user < _set.TrainedUsers; user++)
        {
            var folded = Fold(snapshot, user);
            var trained = new UserVectors(
                snapshot.Users.Biases[user], snapshot.Users.RatingRow(user).ToArray(), folded.Ranking, folded.KnownRatings);
            for (var movie = 0; movie < _set.TrainedMovies; movie++)
            {
                var model = ServingModel.Create(snapshot);
                Assert.Equal(
                    RatingPrediction.Predict(model, folded, movie), RatingPrediction.Predict(model, trained, movie), 0.1);
            }
        }
    }

    [Fact]
    public void Sweep_leaves_alone_what_was_not_drawn()
    {
        using var fit = Fit();
        var before = fit.Snapshot(default);

        fit.SweepRanking([0], TestContext.Current.CancellationToken);

        var after = fit.Snapshot(default);
        var (user, movie) = (_set.Train.Users[0], _set.Train.Movies[0]);
        Assert.Equal([user], Changed(before.Users, after.Users));
        Assert.Equal([movie], Changed(before.Movies, after.Movies));
    }

    private static int[] Changed(FactorTable before, FactorTable after) => [.. Enumerable.Range(0, before.Count)
        .Where(row => !before.RankingRow(row).SequenceEqual(after.RankingRow(row)))];

    private int[] AllPositions() => [.. Enumerable.Range(0, _set.Train.Count)];

    private FactorFit Fit() => new(
        _set, Options, Parameters, new BiasBaseline(_set), null, new Random(5), TrainingEngine.Of(Options, _ => { }));

    private UserVectors Fold(FactorSnapshot snapshot, int user)
    {
        var movies = _set.Train.MoviesOf(user).ToArray();
        var values = _set.Train.ValuesOf(user).ToArray();
        return UserFoldIn.Fold(
            ServingModel.Create(snapshot), movies.Zip(values, (movie, value) => new RatedRow(movie, value)).ToArray());
    }

    private float[] Solve(FactorSnapshot snapshot, int user)
    {
        var movies = _set.Train.MoviesOf(user).ToArray();
        var values = _set.Train.ValuesOf(user).ToArray();
        var row = new float[snapshot.Movies.Stride];
        new RankingRows(
            snapshot.Movies.RankingFactors, [], ServingModel.Create(snapshot).Gramian.Span, snapshot.Movies.Stride, Dim, Parameters)
            .Solve(movies.Zip(values, (movie, value) => new RatedRow(movie, value)).ToArray(), row);
        return row;
    }

    // Σ c (t − x·y)² + α0 Σ over all pairs (x·y)² + Σ (λ s + λ0) |row|², term by term as it is defined;
    // with users who all weigh the same, for else the two sides do not share one objective.
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

        return loss + Penalty(users, userWeights) + Penalty(movies, movieWeights);
    }

    private static double Penalty(FactorTable table, double[] weights)
    {
        var sum = 0.0;
        for (var row = 0; row < table.Count; row++)
        {
            sum += ((Parameters.RankingL2 * weights[row]) + Parameters.RankingPrior) * DotKernel.Dot(table.RankingRow(row), table.RankingRow(row));
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
