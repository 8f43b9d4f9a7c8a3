using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Tests.Factors;

public sealed class TrainingEngineTests
{
    [Fact]
    public void One_core_is_left_free_where_no_threads_are_set()
    {
        Assert.Equal(Math.Max(1, Environment.ProcessorCount - 1), Of(new()).Threads);
        Assert.Equal(3, Of(new() { Threads = 3 }).Threads);
    }

    [Fact]
    public void Vector_leaves_a_gpu_alone() => Assert.Equal("cpu", Of(new() { Engine = "vector" }).Device);

    [Fact]
    public void Vector_on_cuda_is_refused() =>
        Assert.Throws<DeviceUnavailableException>(() => Of(new() { Engine = "vector", Device = "cuda" }));

    private static TrainingEngine Of(TrainingOptions options) => TrainingEngine.Of(options, _ => { });
}
