using System.Runtime.InteropServices;
using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks the verb to end, which may save how far it came and close a server inside;
/// another one, or too long a wait, ends the process.
/// </summary>
internal sealed class CtrlC : IDisposable
{
    /// <summary>How long a verb may take to end; a server inside takes up to eight seconds.</summary>
    public static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(15);

    /// <summary>Signals within this time are one: a shell sends them to the process and to its group.</summary>
    public static readonly TimeSpan Bounce = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _source = new();
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<int> _exit;
    private PosixSignalRegistration[] _registrations = [];
    private ITimer? _limit;
    private long? _firstAt;

    /// <summary>Nothing has happened yet.</summary>
    /// <param name="time">Measures waits.</param>
    /// <param name="exit">Ends the process with an exit code.</param>
    public CtrlC(TimeProvider time, Action<int> exit) => (_time, _exit) = (time, exit);

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Listens to the signals of this process.</summary>
    public static CtrlC OfProcess()
    {
        var ctrlC = new CtrlC(TimeProvider.System, Environment.Exit);
        void Handle(PosixSignalContext context)
        {
            context.Cancel = true;
            ctrlC.OnSignal();
        }

        ctrlC._registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
        return ctrlC;
    }

    /// <summary>Takes a signal.</summary>
    public void OnSignal()
    {
        lock (_gate)
        {
            if (_firstAt is { } firstAt)
            {
                if (_time.GetElapsedTime(firstAt) >= Bounce)
                {
                    _exit(ExitCodes.Interrupted);
                }

                return;
            }

            _firstAt = _time.GetTimestamp();
            _limit = _time.CreateTimer(_ => _exit(ExitCodes.Interrupted), null, TimeToEnd, Timeout.InfiniteTimeSpan);
        }

        _source.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _limit?.Dispose();
        _source.Dispose();
    }
}
