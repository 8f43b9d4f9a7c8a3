namespace OnlineCF.Client.Streams;

/// <summary>Doubling pauses between attempts, until nothing has succeeded for too long.</summary>
internal sealed class GrowingPauses(TimeSpan first, TimeSpan longest, TimeSpan giveUpAfter, TimeProvider time)
{
    private TimeSpan? _pause;
    private long? _troubleSince;

    /// <summary>Patience starts anew.</summary>
    public void OnSuccess() => (_pause, _troubleSince) = (null, null);

    /// <summary>Waits before the next attempt; false when it has been too long since the first failure after a success.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        _troubleSince ??= time.GetTimestamp();
        var left = giveUpAfter == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : giveUpAfter - time.GetElapsedTime(_troubleSince.Value);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var pause = _pause ?? first;
        await Task.Delay(pause < left ? pause : left, time, cancellationToken);
        _pause = pause * 2 < longest ? pause * 2 : longest;
        return true;
    }
}
