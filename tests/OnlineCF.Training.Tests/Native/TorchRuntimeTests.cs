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
    public void One_core_is_left_free()
    {
        TorchRuntime.Initialize(_ => { });

        Assert.Equal(Math.Max(1, Environment.ProcessorCount - 1), torch.get_num_threads());
    }

    [Fact]
    public void Cpu_is_what_was_asked_for()
    {
        TorchRuntime.Initialize(_ => { });

        Assert.Equal("cpu", TorchRuntime.DeviceOf("cpu"));
    }

    [Fact]
    public void Automatic_choice_takes_what_is_there()
    {
        TorchRuntime.Initialize(_ => { });

        Assert.Equal(torch.cuda.is_available() ? "cuda" : "cpu", TorchRuntime.DeviceOf("auto"));
    }
}
