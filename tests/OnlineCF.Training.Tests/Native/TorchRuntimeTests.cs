using OnlineCF.Training.Native;
using TorchSharp;

namespace OnlineCF.Training.Tests.Native;

public sealed class TorchRuntimeTests
{
    [Fact]
    public void Torch_runs_here_whoever_initializes_it_first()
    {
        Parallel.For(0, 8, _ => TorchRuntime.Initialize(_ => { }));

        using var sum = torch.ones(3).sum();
        Assert.Equal(3, sum.item<float>());
    }

    [Fact]
    public void A_device_is_found_only_where_torch_finds_one()
    {
        var found = TorchRuntime.CudaIsAvailable(_ => { });

        Assert.Equal(torch.cuda.is_available(), found);
        Assert.Equal(found ? "cuda" : "cpu", TrainingDevice.Of("auto", _ => { }));
    }
}
