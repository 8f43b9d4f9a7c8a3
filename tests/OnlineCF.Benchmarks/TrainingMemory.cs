using System.Diagnostics;
using OnlineCF.Core.Training;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Benchmarks;

/// <summary>The memory of a whole training round, from reading the log to the measured candidate.</summary>
internal static class TrainingMemory
{
    private const int FloatsPerParameter = 3;

    /// <summary>Trains one epoch on a generated log. The process's peak counts, so one world a process.</summary>
    public static MemoryFigure Measure(WorldShape shape, Action<string> note)
    {
        var options = new TrainingOptions { Device = "cpu", Epochs = 1 };
        using var trainer = new FactorTrainer(new GeneratedRatings(shape), options, TimeProvider.System, note);
        using var process = Process.GetCurrentProcess();
        var before = process.WorkingSet64;
        var started = Stopwatch.GetTimestamp();
        var result = trainer.Train(
            new TrainingRequest(null, FullRetrain: true), new Progress<EpochReport>(), CancellationToken.None);
        process.Refresh();
        var rows = (long)result.Candidate.Users.Count + result.Candidate.Movies.Count;
        // Factors of both heads and the bias, each with Adam's two moments.
        var tables = rows * ((2L * options.EmbeddingDim) + 1) * sizeof(float) * FloatsPerParameter;
        return new MemoryFigure(
            result.Ratings, tables, process.PeakWorkingSet64 - before - tables, Stopwatch.GetElapsedTime(started));
    }
}

/// <summary>What a round took.</summary>
/// <param name="TrainedRatings">Ratings that trained; a fifth of the log never does.</param>
/// <param name="TableBytes">Factor tables with their optimiser state, without any padding.</param>
/// <param name="BeyondTablesBytes">Peak of the process beyond them and beyond what it had before the round.</param>
/// <param name="Elapsed">Whole round.</param>
internal sealed record MemoryFigure(long TrainedRatings, long TableBytes, long BeyondTablesBytes, TimeSpan Elapsed);
