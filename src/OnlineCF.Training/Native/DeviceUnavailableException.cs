namespace OnlineCF.Training.Native;

/// <summary>Training was to run on a device that this machine does not have.</summary>
public sealed class DeviceUnavailableException(string message) : InvalidOperationException(message);
