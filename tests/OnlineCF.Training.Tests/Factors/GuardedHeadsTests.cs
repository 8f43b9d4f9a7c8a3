using System.Runtime.InteropServices;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Factors.Torch;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Tests.Factors;

public sealed class GuardedHeadsTests
{
    // As libtorch said it on an H200 whose memory another process held.
    private const string OutOfMemory =
        "CUDA out of memory. Tried to allocate 76.00 MiB. GPU 0 has a total capacity of 139.80 GiB of which 23.56 MiB is free. "
        + "Process 3683 has 139.11 GiB memory in use. See documentation for Memory Management  (https://docs.pytorch.org)\n"
        + "Exception raised from malloc at /pytorch/c10/cuda/CUDACachingAllocator.cpp:1574 (most recent call first):\nframe #0: c10::Error";

    private const string Said =
        "Training on cuda failed: CUDA out of memory. Tried to allocate 76.00 MiB. "
        + "GPU 0 has a total capacity of 139.80 GiB of which 23.56 MiB is free.";

    [Fact]
    public void A_device_that_fails_at_once_is_said_in_one_line()
    {
        var thrown = Assert.Throws<DeviceUnavailableException>(
            () => new GuardedHeads("cuda", () => throw LibraryFault()));

        Assert.Equal(Said, thrown.Message);
    }

    [Fact]
    public void A_device_that_fails_later_is_said_whatever_was_asked_of_it()
    {
        using var heads = new GuardedHeads("cuda", () => new FailingHeads(() => LibraryFault()));

        foreach (var ask in new Action[]
        {
            () => heads.BeginEpoch([]),
            () => heads.Step(0, 1, 0.1),
            () => heads.EndEpoch(),
            () => heads.SolveUsers([], default),
            () => heads.SolveMovies([], default),
            () => heads.CopyUsers(),
            () => heads.CopyMovies(),
        })
        {
            Assert.Equal(Said, Assert.Throws<DeviceUnavailableException>(ask).Message);
        }
    }

    [Fact]
    public void What_the_device_did_not_do_passes_as_it_is()
    {
        using var heads = new GuardedHeads("cuda", () => new FailingHeads(() => new OperationCanceledException()));

        Assert.Throws<OperationCanceledException>(() => heads.SolveUsers([], TestContext.Current.CancellationToken));
    }

#pragma warning disable CA2201 // What TorchSharp throws for an exception of libtorch is exactly this.
    private static ExternalException LibraryFault() => new(OutOfMemory);
#pragma warning restore CA2201

    private sealed class FailingHeads(Func<Exception> failure) : IHeads
    {
        public void BeginEpoch(int[] order) => throw failure();

        public void Step(int first, int count, double learningRate) => throw failure();

        public EpochLoss EndEpoch() => throw failure();

        public void SolveUsers(int[] rows, CancellationToken cancellationToken) => throw failure();

        public void SolveMovies(int[] rows, CancellationToken cancellationToken) => throw failure();

        public HeadRows CopyUsers() => throw failure();

        public HeadRows CopyMovies() => throw failure();

        public void Dispose()
        {
        }
    }
}
