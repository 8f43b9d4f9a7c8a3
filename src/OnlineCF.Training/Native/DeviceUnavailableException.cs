namespace OnlineCF.Training.Native;

/// <summary>Training was to run on a device that this machine does not have, or that has failed.</summary>
public sealed class DeviceUnavailableException(string message, Exception? innerException = null)
    : InvalidOperationException(message, innerException);
