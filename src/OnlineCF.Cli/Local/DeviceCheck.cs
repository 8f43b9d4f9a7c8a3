using OnlineCF.Cli.Commands;
using OnlineCF.Training.Native;

namespace OnlineCF.Cli.Local;

/// <summary>Looks whether a device asked for by name is there, before anything is read for it.</summary>
internal static class DeviceCheck
{
    private const string Cuda = "cuda";

    /// <summary>Passes when the device can be used.</summary>
    /// <param name="device">auto, cpu or cuda.</param>
    /// <param name="log">Takes what libtorch's start has to say.</param>
    /// <exception cref="CommandException">It cannot; the message says what to do.</exception>
    public static void Require(string device, Action<string> log)
    {
        if (device != Cuda)
        {
            return;
        }

        try
        {
            TrainingDevice.Of(device, log);
        }
        catch (DllNotFoundException e)
        {
            throw new CommandException(ExitCodes.Error, e.Message, e);
        }
        catch (DeviceUnavailableException e)
        {
            throw new CommandException(
                ExitCodes.Error,
                "--device is cuda, but no CUDA device can be used: this machine has none, or this build is for the CPU. "
                + "Take --device auto or cpu, or build with -p:TorchBackend=cuda.", e);
        }
    }
}
