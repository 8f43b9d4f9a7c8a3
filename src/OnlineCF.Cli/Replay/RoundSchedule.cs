namespace OnlineCF.Cli.Replay;

/// <summary>
/// When a replay stops for a training round: after so many new ratings, as the service would, but later on
/// only when a tenth of all is new, so that a long replay is not all training.
/// </summary>
internal sealed class RoundSchedule(int minNewRatings)
{
    private const int NewShare = 10;
    private long _lastRound;

    /// <summary>Whether a round is due before the next rating; if so, it counts as held.</summary>
    /// <param name="ratings">Ratings sent so far.</param>
    public bool IsDue(long ratings)
    {
        if (ratings - _lastRound < Math.Max(minNewRatings, ratings / NewShare))
        {
            return false;
        }

        _lastRound = ratings;
        return true;
    }
}
