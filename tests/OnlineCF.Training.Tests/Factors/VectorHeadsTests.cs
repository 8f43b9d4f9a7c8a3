using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.Factors.Torch;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;
using static TorchSharp.torch;

namespace OnlineCF.Training.Tests.Factors;

/// <summary>The cpu's own arithmetic against TorchSharp's, which is the reference.</summary>
public sealed class VectorHeadsTests
{
    private const int BatchSize = 60;
    private const int Seed = 11;
    private static readonly FoldInParameters Parameters = new();
    private readonly TrainingSet _set = TrainingSet.Create(
        TestRatings.History(TestRatings.Checkerboard(90, 40)), (user, movie) => (user + movie) % 11 == 0, 0);

    public VectorHeadsTests() => TorchRuntime.Initialize(_ => { });

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(64)]
    [InlineData(130)]
    public void Steps_equal_those_of_torch(int dim)
    {
        using var expected = Torch(dim);
        using var actual = Vectors(dim, threads: 1);
        var random = new Random(Seed);

        // 90 users and 40 movies in batches of 60: rows repeat in every batch, and the last batch is shorter.
        for (var epoch = 0; epoch < 4; epoch++)
        {
            var order = Shuffled(random);
            Assert.NotEqual(0, order.Length % BatchSize);
            var (expectedLoss, actualLoss) = (Epoch(expected, order), Epoch(actual, order));

            Assert.Equal(expectedLoss.SquaredError, actualLoss.SquaredError, expectedLoss.SquaredError * 1e-4);
            Assert.Equal(expectedLoss.Preference, actualLoss.Preference, expectedLoss.Preference * 1e-4);
            AssertSame(expected, actual, 2e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void Sweeps_equal_those_of_torch(int dim)
    {
        using var expected = Torch(dim);
        using var actual = Vectors(dim, threads: 1);
        var (users, movies) = (Enumerable.Range(3, 40).ToArray(), Enumerable.Range(0, _set.TrainedMovies).ToArray());

        foreach (var heads in (IHeads[])[expected, actual])
        {
            heads.SolveMovies(movies, TestContext.Current.CancellationToken);
            heads.SolveUsers(users, TestContext.Current.CancellationToken);
        }

        AssertSame(expected, actual, 1e-4);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        using var alone = Vectors(50, threads: 1);
        using var many = Vectors(50, threads);
        var order = Shuffled(new Random(Seed));
        var rows = Enumerable.Range(0, _set.TrainedMovies).ToArray();

        Assert.Equal(Epoch(alone, order), Epoch(many, order));
        alone.SolveMovies(rows, TestContext.Current.CancellationToken);
        many.SolveMovies(rows, TestContext.Current.CancellationToken);

        AssertSame(alone, many, 0);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        using var heads = Vectors(50, threads: 1);
        heads.BeginEpoch(Shuffled(new Random(Seed)));
        heads.Step(0, BatchSize, 0.01);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var step = 1; step < 40; step++)
        {
            heads.Step(step % 5 * BatchSize, BatchSize, 0.01);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_cancelled_sweep_says_so()
    {
        using var heads = Vectors(7, threads: 2);
        Assert.Throws<OperationCanceledException>(() => heads.SolveUsers([0, 1], new CancellationToken(canceled: true)));
    }

    private TorchHeads Torch(int dim)
    {
        var (users, movies) = Initial(dim);
        return new TorchHeads(_set, BatchSize, Parameters, users, movies, CPU);
    }

    private VectorHeads Vectors(int dim, int threads)
    {
        var (users, movies) = Initial(dim);
        return new VectorHeads(_set, BatchSize, Parameters, users, movies, threads);
    }

    private (InitialFactors Users, InitialFactors Movies) Initial(int dim)
    {
        var (biases, random) = (new BiasBaseline(_set), new Random(Seed));
        return (
            InitialFactors.OfUsers(_set, biases, null, dim, random), InitialFactors.OfMovies(_set, biases, null, dim, random));
    }

    private int[] Shuffled(Random random)
    {
        var order = Enumerable.Range(0, _set.Train.Count).ToArray();
        random.Shuffle(order);
        return order;
    }

    private static EpochLoss Epoch(IHeads heads, int[] order)
    {
        heads.BeginEpoch(order);
        for (var first = 0; first < order.Length; first += BatchSize)
        {
            heads.Step(first, Math.Min(BatchSize, order.Length - first), 0.01);
        }

        return heads.EndEpoch();
    }

    private static void AssertSame(IHeads expected, VectorHeads actual, double tolerance)
    {
        AssertSame(expected.CopyUsers(), actual.CopyUsers(), tolerance);
        AssertSame(expected.CopyMovies(), actual.CopyMovies(), tolerance);
    }

    private static void AssertSame(HeadRows expected, HeadRows actual, double tolerance)
    {
        AssertSame(expected.Biases, actual.Biases, tolerance);
        AssertSame(expected.Rating, actual.Rating, tolerance);
        AssertSame(expected.Ranking, actual.Ranking, tolerance);
    }

    private static void AssertSame(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"{expected[i]} became {actual[i]} at {i}.");
        }
    }
}
