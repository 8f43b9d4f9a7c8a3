using OnlineCF.Core.Models;
using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>When the next round starts, and from what.</summary>
public sealed class TrainingSchedule(TrainingOptions options)
{
    // An incremental round replays a few old ratings for each new one: where the log has grown by half since
    // everything was trained, that is no longer enough.
    private const double GrowthForFullRetrain = 0.5;

    // However long rounds fail, as for want of room, there is a try every so often.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    // Ratings that never slacken hold a round up no longer than so many intervals.
    private const int MostIntervals = 10;

    private readonly RatingFlow _flow = new();
    private readonly GrowingPause _pause = new(
        options.Interval, options.Interval > LongestPause ? options.Interval : LongestPause);
    private DateTimeOffset? _lastStart;
    private DateTimeOffset? _readySince;
    private DateTimeOffset? _erasedSince;
    private long _sinceFull;
    private bool _anew;

    /// <summary>The log's sequence the newest round has read to.</summary>
    public long TrainedSequence { get; private set; }

    /// <summary>The log's sequence the newest full round has read to.</summary>
    public long FullSequence { get; private set; }

    /// <summary>Goes on from what the store remembers.</summary>
    public void Resume(long trainedSequence, long fullSequence, long roundsSinceFull) =>
        (TrainedSequence, FullSequence, _sinceFull) = (trainedSequence, fullSequence, roundsSinceFull);

    /// <summary>Notes where the log ends; to be called every moment.</summary>
    public void OnLook(DateTimeOffset now, long lastSequence)
    {
        _flow.OnLook(now, lastSequence);
        _readySince = IsReady(now, lastSequence) ? _readySince ?? now : null;
    }

    /// <summary>
    /// Whether enough time has passed, more after each failure, and enough ratings have come, and their flow slackens
    /// or has not for ten intervals. A clock that was put back holds no round up.
    /// </summary>
    public bool IsDue(DateTimeOffset now, long lastSequence) =>
        IsReady(now, lastSequence)
        && (_flow.IsSlack(now, options.MinNewRatings, options.Interval)
            || (now - (_lastStart ?? _readySince ?? now)).Duration() >= MostIntervals * options.Interval);

    /// <summary>
    /// Whether the next round trains everything again: without a model, every so many rounds, after much
    /// growth, and when an incremental round has just been rejected or has failed.
    /// </summary>
    public bool NextIsFull(bool hasModel, long lastSequence) =>
        !hasModel
        || _anew
        || _sinceFull + 1 >= options.FullRetrainEvery
        || lastSequence - FullSequence >= FullSequence * GrowthForFullRetrain;

    /// <summary>Notes the last erasure; to be called now and then.</summary>
    /// <param name="now">The time.</param>
    /// <param name="erasedSequence">The highest sequence of a deletion that stands for an erased rating; 0 for none.</param>
    /// <param name="isOld">Whether it may have been there for any time, as when an activation begins.</param>
    public void OnErased(DateTimeOffset now, long erasedSequence, bool isOld) =>
        _erasedSince = erasedSequence <= FullSequence || FullSequence == 0 ? null
            : _erasedSince ?? (isOld ? DateTimeOffset.MinValue : now);

    /// <summary>Whether everything is to be trained again for the sake of an erasure.</summary>
    public bool IsDueForErasure(DateTimeOffset now) =>
        options.Automatic && _erasedSince is { } since && now - since >= options.ErasureWithin / 2 && _pause.IsOver(now)
        && (_lastStart is not { } start || (now - start).Duration() >= options.Interval);

    /// <summary>When a round starts.</summary>
    public void OnStarted(DateTimeOffset now) => _lastStart = now;

    /// <summary>
    /// When a round has ended; one that read nothing leaves its ratings to the next. After one that was cancelled or
    /// failed, the interval begins anew: it is not to start again at once, and after several failures in a row not soon.
    /// </summary>
    public void OnFinished(RoundReport report, DateTimeOffset now)
    {
        TrainedSequence = Math.Max(TrainedSequence, report.TrainedSequence);
        if (report.Outcome is RoundOutcome.Cancelled or RoundOutcome.Failed)
        {
            _lastStart = now;
        }

        if (report.Outcome == RoundOutcome.Failed)
        {
            _pause.OnFailure(now);
        }
        else if (report.Outcome != RoundOutcome.Cancelled)
        {
            _pause.OnSuccess();
        }

        // A store that is away is no fault of what was trained.
        if (report.Outcome != RoundOutcome.Cancelled && !report.StoreAway)
        {
            _anew = report is { FullRetrain: false, Outcome: RoundOutcome.Rejected or RoundOutcome.Failed };
        }

        if (report.TrainedSequence > 0)
        {
            _sinceFull = report.FullRetrain ? 0 : _sinceFull + 1;
            FullSequence = report.FullRetrain ? report.TrainedSequence : FullSequence;
            _erasedSince = report.FullRetrain ? null : _erasedSince;
        }
    }

    private bool IsReady(DateTimeOffset now, long lastSequence) =>
        options.Automatic
        && lastSequence - TrainedSequence >= options.MinNewRatings
        && (_lastStart is not { } start || (now - start).Duration() >= options.Interval)
        && _pause.IsOver(now);
}
