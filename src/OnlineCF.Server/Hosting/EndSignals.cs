using System.Runtime.InteropServices;

namespace OnlineCF.Server.Hosting;

/// <summary>
/// The signals that ask the process to end, heard from the first line of the program on: without a listener the system
/// ends a process at once, and one that is just starting would look like one that crashed.
/// </summary>
internal sealed class EndSignals : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Begins to listen.</summary>
    public EndSignals() => _registrations =
        [.. ((PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
            .Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <inheritdoc/>
    /// <remarks>The source of the token stays: a signal that is being handled may still cancel it.</remarks>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ended.Cancel();
    }
}
