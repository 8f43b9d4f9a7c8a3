using OnlineCF.Training.Native;

namespace OnlineCF.Training.Tests.Native;

public sealed class TrainingDeviceTests
{
    private static readonly string Library = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";

    [Fact]
    public void Cpu_is_what_was_asked_for() => Assert.Equal("cpu", TrainingDevice.Of("cpu", _ => { }));

    [Fact]
    public void Neither_a_build_for_cpu_nor_a_machine_without_a_driver_is_worth_asking()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The driver's files are Linux's.");

        Assert.False(TrainingDevice.CudaMayBeHere(file => file.StartsWith("/dev/", StringComparison.Ordinal)));
        Assert.False(TrainingDevice.CudaMayBeHere(file => Path.GetFileName(file) == Library));
    }

    [Theory]
    [InlineData("/dev/nvidiactl")]
    [InlineData("/proc/driver/nvidia/version")]
    [InlineData("/dev/dxg")]
    public void A_driver_and_the_libraries_are_worth_asking(string driver) =>
        Assert.True(TrainingDevice.CudaMayBeHere(file => file == driver || Path.GetFileName(file) == Library));
}
