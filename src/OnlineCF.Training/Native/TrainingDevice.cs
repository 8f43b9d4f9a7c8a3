namespace OnlineCF.Training.Native;

/// <summary>
/// The device that a setting means on this machine. libtorch, whose start takes a second and 200 MB, is loaded to
/// answer only where a CUDA device can be there at all: this build has CUDA's libraries and the system has
/// NVIDIA's driver.
/// </summary>
public static class TrainingDevice
{
    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    // NVIDIA's kernel driver makes the first two, Windows' subsystem for Linux the third.
    private static readonly string[] DriverFiles = ["/dev/nvidiactl", "/proc/driver/nvidia/version", "/dev/dxg"];

    /// <summary>cpu or cuda for a setting of auto, cpu or cuda.</summary>
    /// <param name="setting">Validated.</param>
    /// <param name="log">Takes a line for people when libtorch had to be adapted to this system.</param>
    /// <exception cref="DeviceUnavailableException">cuda was asked for and is not there.</exception>
    /// <exception cref="DllNotFoundException">A CUDA device may be there, but libtorch cannot be loaded.</exception>
    public static string Of(string setting, Action<string> log)
    {
        if (setting != Cpu && CudaMayBeHere(File.Exists) && TorchRuntime.CudaIsAvailable(log))
        {
            return Cuda;
        }

        return setting != Cuda ? Cpu : throw new DeviceUnavailableException(
            "Training:Device is cuda, but no CUDA device is usable here. Choose auto or cpu; cuda needs an NVIDIA GPU "
            + "with its driver, and a build with -p:TorchBackend=cuda.");
    }

    /// <summary>Whether it is worth asking libtorch.</summary>
    /// <param name="exists">Whether there is such a file.</param>
    internal static bool CudaMayBeHere(Func<string, bool> exists)
    {
        var library = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        return TorchRuntime.NativeFolders().Any(folder => exists(Path.Combine(folder, library)))
            && (!OperatingSystem.IsLinux() || DriverFiles.Any(exists));
    }
}
