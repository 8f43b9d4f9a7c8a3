namespace OnlineCF.Server.Errors;

/// <summary>
/// Requests that are not answered in time come by the thousand when something is stuck. The log gets a line when that begins
/// and a line a minute with their number while it goes on.
/// </summary>
public sealed partial class OutageLog(TimeProvider time, ILogger<OutageLog> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long? _said;
    private long _unsaid;

    /// <summary>When a request ends so.</summary>
    public void OnUnavailable(string method, string reason)
    {
        long unsaid;
        lock (_gate)
        {
            if (_said is { } said && time.GetElapsedTime(said) < Period)
            {
                _unsaid++;
                return;
            }

            (_said, unsaid, _unsaid) = (time.GetTimestamp(), _unsaid, 0);
        }

        LogUnavailable(method, reason, unsaid);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning,
        Message = "{Method} is unavailable: {Reason} ({Others} requests more since this was last said.)")]
    private partial void LogUnavailable(string method, string reason, long others);
}
