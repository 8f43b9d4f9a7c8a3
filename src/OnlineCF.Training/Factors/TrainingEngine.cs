using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors.Cpu;
using OnlineCF.Training.History;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Factors;

/// <summary>
/// What computes a round: libtorch on cuda or cpu, or this room's own vector instructions, which need no library.
/// Choosing loads nothing; libtorch comes with the first heads that need it.
/// </summary>
internal sealed class TrainingEngine
{
    private const string Cpu = "cpu";
    private readonly bool _isTorch;
    private readonly Action<string> _log;

    private TrainingEngine(string device, bool isTorch, int threads, Action<string> log) =>
        (Device, _isTorch, Threads, _log) = (device, isTorch, threads, log);

    /// <summary>Threads of a round where none are set: one less than the cores, at least one. The core left is for those who serve.</summary>
    public static int DefaultThreads { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>cpu or cuda.</summary>
    public string Device { get; }

    /// <summary>Processor threads that a round keeps busy at most.</summary>
    public int Threads { get; }

    /// <summary>The engine that the settings mean on this machine.</summary>
    /// <param name="options">Validated settings.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <exception cref="DeviceUnavailableException">The device is not there, or the engine does not run on it.</exception>
    /// <exception cref="DllNotFoundException">A CUDA device may be there, but libtorch cannot be loaded.</exception>
    public static TrainingEngine Of(TrainingOptions options, Action<string> log)
    {
        var isVector = options.Engine == "vector";
        if (isVector && options.Device == "cuda")
        {
            throw new DeviceUnavailableException("The engine vector runs on cpu only, but the device is cuda.");
        }

        var device = isVector ? Cpu : TrainingDevice.Of(options.Device, log);
        var threads = options.Threads == 0 ? DefaultThreads : options.Threads;
        return new TrainingEngine(device, options.Engine == "torch" || device != Cpu, threads, log);
    }

    /// <summary>Heads on one training set. To be made, used and disposed on one thread.</summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded here; the message says why.</exception>
    public IHeads CreateHeads(HeadsPlan plan) => _isTorch
        ? TorchRuntime.CreateHeads(plan, Device, Threads, _log)
        : new VectorHeads(plan.Set, plan.BatchSize, plan.Parameters, plan.Users, plan.Movies, Threads);
}

/// <summary>What heads start from.</summary>
/// <param name="Set">The ratings.</param>
/// <param name="BatchSize">The most ratings of a step.</param>
/// <param name="Parameters">The objective.</param>
/// <param name="Users">Initial user rows.</param>
/// <param name="Movies">Initial movie rows.</param>
internal sealed record HeadsPlan(
    TrainingSet Set, int BatchSize, FoldInParameters Parameters, InitialFactors Users, InitialFactors Movies);
