using BenchmarkDotNet.Attributes;
using OnlineCF.Training.Factors.Cpu;

namespace OnlineCF.Benchmarks;

/// <summary>One fused step of both heads, 1,024 ratings, k = 50.</summary>
[MemoryDiagnoser]
public class StepBenchmarks : IDisposable
{
    private VectorHeads? _heads;
    private int _ratings;
    private int _next;

    /// <summary>User rows; there are 0.6 as many movies.</summary>
    [Params(6_040, 200_000)]
    public int Users { get; set; } = 6_040;

    /// <summary>Makes the world.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var set = new GeneratedRatings(new WorldShape(Users, Users * 6 / 10, Users * 20L)).ToSet();
        var order = Enumerable.Range(0, set.Train.Count).ToArray();
        new Random(1).Shuffle(order);
        (_heads, _ratings) = (TrainingSpeed.Vectors(set), set.Train.Count);
        _heads.BeginEpoch(order);
    }

    /// <summary>A step.</summary>
    [Benchmark]
    public void Step()
    {
        var count = Math.Min(1024, _ratings - _next);
        _heads!.Step(_next, count, 0.001);
        _next = (_next + count) % _ratings;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _heads?.Dispose();
        GC.SuppressFinalize(this);
    }
}
