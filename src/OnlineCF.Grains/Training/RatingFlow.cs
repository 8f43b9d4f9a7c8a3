namespace OnlineCF.Grains.Training;

/// <summary>
/// How fast ratings come, from looks at the log's end. A round is not to start in the middle of a burst, whose rest it
/// would miss.
/// </summary>
internal sealed class RatingFlow
{
    // Of late, compared with the time before.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(8);
    private const double SlackShare = 0.25;

    private readonly Queue<(DateTimeOffset At, long Sequence)> _looks = new();

    /// <summary>Notes where the log ends.</summary>
    public void OnLook(DateTimeOffset now, long sequence)
    {
        // A clock that was put back, or a log that was: what was seen before says nothing.
        if (_looks.Count > 0 && (_looks.Last().At > now || _looks.Last().Sequence > sequence))
        {
            _looks.Clear();
        }

        _looks.Enqueue((now, sequence));
        while (_looks.Peek().At < now - Late - Before)
        {
            _looks.Dequeue();
        }
    }

    /// <summary>
    /// Whether few ratings have come of late: at their pace less than <paramref name="many"/> would come within
    /// <paramref name="interval"/>, or they come four times as slowly as before.
    /// </summary>
    public bool IsSlack(DateTimeOffset now, long many, TimeSpan interval)
    {
        if (_looks.Count == 0)
        {
            return true;
        }

        var end = _looks.Last().Sequence;
        var then = _looks.LastOrDefault(look => look.At <= now - Late, _looks.Peek());
        var first = _looks.Peek();
        var late = Pace(end - then.Sequence, now - then.At);
        return late * interval.TotalSeconds < many
            || (then.At > first.At && late <= SlackShare * Pace(then.Sequence - first.Sequence, then.At - first.At));
    }

    private static double Pace(long ratings, TimeSpan time) => ratings / Math.Max(time.TotalSeconds, 0.1);
}
