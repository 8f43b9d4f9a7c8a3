namespace OnlineCF.Cli.Import;

/// <summary>
/// How long an import waits for a server that went away: doubling pauses, together at most a minute since
/// the server's last sign of life.
/// </summary>
internal sealed class ServerPatience(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);
    private long _lastSign = time.GetTimestamp();
    private TimeSpan _pause = FirstPause;

    /// <summary>Patience's end, and the longest wait for one answer.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The server answered: patience starts anew.</summary>
    public void OnAnswer()
    {
        _lastSign = time.GetTimestamp();
        _pause = FirstPause;
    }

    /// <summary>Waits before the next attempt; false when the minute is over.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        var left = Limit - time.GetElapsedTime(_lastSign);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        await Task.Delay(_pause < left ? _pause : left, time, cancellationToken);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return true;
    }
}
