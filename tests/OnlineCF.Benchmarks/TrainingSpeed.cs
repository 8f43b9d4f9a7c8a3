using System.Diagnostics;
using OnlineCF.Core.Models;
using OnlineCF.Training.Evaluation;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.Factors.Torch;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;
using static TorchSharp.torch;

namespace OnlineCF.Benchmarks;

/// <summary>
/// Ratings a second of whole training steps, both heads where there are two, all in one process and by turns, so
/// that the ratios hold on a busy machine too. Each contestant's best turn counts.
/// </summary>
internal static class TrainingSpeed
{
    /// <summary>The seed's dimension, batch size and learning rate.</summary>
    private const int Dim = 50;
    private const int BatchSize = 1024;
    private const double LearningRate = 0.001;

    /// <summary>Runs all contestants on one world.</summary>
    /// <param name="shape">The world.</param>
    /// <param name="turns">How often each has its turn.</param>
    /// <param name="leastTurn">A turn goes on for so long and at least one step.</param>
    public static IReadOnlyList<SpeedFigure> Measure(WorldShape shape, int turns, TimeSpan leastTurn)
    {
        TorchRuntime.Initialize(_ => { });
        set_num_threads(Environment.ProcessorCount);
        var set = new GeneratedRatings(shape).ToSet();
        var order = Enumerable.Range(0, set.Train.Count).ToArray();
        new Random(1).Shuffle(order);
        IContestant[] contestants =
        [
            new SeedLoop(set, Dim, LearningRate),
            new Heads("both heads in TorchSharp", Torch(set)),
            new Heads("both heads fused", Vectors(set)),
        ];
        var best = new double[contestants.Length];
        foreach (var contestant in contestants)
        {
            contestant.Begin(order);
            Turn(contestant, set.Train.Count, leastTurn);
        }

        for (var turn = 0; turn < turns; turn++)
        {
            for (var i = 0; i < contestants.Length; i++)
            {
                best[i] = Math.Max(best[i], Turn(contestants[i], set.Train.Count, leastTurn));
            }
        }

        Array.ForEach(contestants, contestant => contestant.Dispose());
        return [.. contestants.Select((contestant, i) => new SpeedFigure(contestant.Name, best[i], best[i] / best[0]))];
    }

    private static double Turn(IContestant contestant, int ratings, TimeSpan least)
    {
        var (done, first, started) = (0L, 0, Stopwatch.GetTimestamp());
        do
        {
            var count = Math.Min(BatchSize, ratings - first);
            contestant.Step(first, count);
            (done, first) = (done + count, (first + count) % ratings);
        }
        while (Stopwatch.GetElapsedTime(started) < least);
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The cpu's own heads on a set.</summary>
    public static VectorHeads Vectors(TrainingSet set)
    {
        var (users, movies) = Initial(set);
        return new VectorHeads(set, BatchSize, new FoldInParameters(), users, movies, Environment.ProcessorCount);
    }

    private static TorchHeads Torch(TrainingSet set)
    {
        var (users, movies) = Initial(set);
        return new TorchHeads(set, BatchSize, new FoldInParameters(), users, movies, CPU);
    }

    private static (InitialFactors Users, InitialFactors Movies) Initial(TrainingSet set)
    {
        var (biases, random) = (new BiasBaseline(set), new Random(1));
        return (
            InitialFactors.OfUsers(set, biases, null, Dim, random), InitialFactors.OfMovies(set, biases, null, Dim, random));
    }

    private sealed class Heads(string name, IHeads heads) : IContestant
    {
        public string Name => name;

        public void Begin(int[] order) => heads.BeginEpoch(order);

        public void Step(int first, int count) => heads.Step(first, count, LearningRate);

        public void Dispose() => heads.Dispose();
    }
}

/// <summary>A trainer whose steps are timed.</summary>
internal interface IContestant : IDisposable
{
    /// <summary>What is printed.</summary>
    public string Name { get; }

    /// <summary>Takes the order of the ratings.</summary>
    public void Begin(int[] order);

    /// <summary>One minibatch.</summary>
    public void Step(int first, int count);
}

/// <summary>A contestant's best turn.</summary>
/// <param name="Name">Who.</param>
/// <param name="RatingsPerSecond">Of whole steps.</param>
/// <param name="Ratio">Times the seed loop's in the same run.</param>
internal sealed record SpeedFigure(string Name, double RatingsPerSecond, double Ratio);
