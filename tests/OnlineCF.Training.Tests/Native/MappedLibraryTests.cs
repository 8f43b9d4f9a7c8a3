using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core.Training;
using OnlineCF.Training.Native;
using OnlineCF.Training.Rounds;
using OnlineCF.Training.Tests.Rounds;

namespace OnlineCF.Training.Tests.Native;

/// <summary>
/// What a process that trains has mapped. Each round runs in a process of its own, this program again, told to run
/// one of the explicit tests below, which are skipped otherwise: what another test loads would stay loaded.
/// </summary>
public sealed class MappedLibraryTests
{
    public MappedLibraryTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Mapped files are read from Linux's /proc.");

    [Theory]
    [InlineData(nameof(Vector_maps_nothing_of_torch))]
    [InlineData(nameof(Torch_maps_its_libraries))]
    public async Task A_round_loads_what_its_engine_needs(string test)
    {
        var start = new ProcessStartInfo(Path.ChangeExtension(typeof(MappedLibraryTests).Assembly.Location, null))
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-explicit", "only", "-noColor", "-method", $"{typeof(MappedLibraryTests).FullName}.{test}" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0 && output.Contains("Total: 1,", StringComparison.Ordinal), output);
    }

    [Fact(Explicit = true)]
    public void Vector_maps_nothing_of_torch()
    {
        Assert.SkipWhen(TrainingDevice.CudaMayBeHere(File.Exists), "This machine may have a CUDA device.");
        Round("auto", "auto");

        Assert.DoesNotContain(Mapped(), file => file.Contains("torch", StringComparison.OrdinalIgnoreCase));
    }

    [Fact(Explicit = true)]
    public void Torch_maps_its_libraries()
    {
        Round("torch", "cpu");

        Assert.Contains(Mapped(), file => file.Contains("libtorch", StringComparison.Ordinal));
    }

    private static void Round(string engine, string device)
    {
        var log = new MemoryRatingLog().Rate(TestRatings.Checkerboard(20, 20));
        var options = new TrainingOptions { Device = device, Engine = engine, EmbeddingDim = 4, Epochs = 1 };
        using var trainer = new FactorTrainer(log, options, new FakeTimeProvider(), _ => { });
        trainer.Train(new TrainingRequest(null, FullRetrain: true), new EpochReports(), TestContext.Current.CancellationToken);
    }

    private static List<string> Mapped() =>
        [.. File.ReadLines("/proc/self/maps").Select(line => Path.GetFileName(line)).Distinct()];
}
