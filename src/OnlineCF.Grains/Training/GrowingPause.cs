namespace OnlineCF.Grains.Training;

/// <summary>How long something that failed is left alone: twice as long after each failure, up to a longest pause.</summary>
internal sealed class GrowingPause(TimeSpan first, TimeSpan longest)
{
    private DateTimeOffset _since;
    private TimeSpan _pause;

    /// <summary>Whether it is time for the next try. A clock that was put back makes no pause longer than it is.</summary>
    public bool IsOver(DateTimeOffset now) => (now - _since).Duration() >= _pause;

    /// <summary>After a failure.</summary>
    public void OnFailure(DateTimeOffset now)
    {
        _since = now;
        _pause = _pause == TimeSpan.Zero ? first : TimeSpan.FromTicks(Math.Min(_pause.Ticks * 2, longest.Ticks));
    }

    /// <summary>After a success.</summary>
    public void OnSuccess() => _pause = TimeSpan.Zero;
}
