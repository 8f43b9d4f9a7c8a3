using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>When the next round starts, and from what.</summary>
public sealed class TrainingSchedule(TrainingOptions options)
{
    private DateTimeOffset? _lastStart;
    private long _sinceFull;

    /// <summary>The log's sequence the newest round has read to.</summary>
    public long TrainedSequence { get; private set; }

    /// <summary>Goes on from what the store remembers.</summary>
    public void Resume(long trainedSequence, long roundsSinceFull) =>
        (TrainedSequence, _sinceFull) = (trainedSequence, roundsSinceFull);

    /// <summary>Whether enough time has passed and enough ratings have come.</summary>
    public bool IsDue(DateTimeOffset now, long lastSequence) =>
        options.Automatic
        && lastSequence - TrainedSequence >= options.MinNewRatings
        && (_lastStart is not { } start || now - start >= options.Interval);

    /// <summary>Whether the next round trains everything again.</summary>
    public bool NextIsFull(bool hasModel) => !hasModel || _sinceFull + 1 >= options.FullRetrainEvery;

    /// <summary>When a round starts.</summary>
    public void OnStarted(DateTimeOffset now) => _lastStart = now;

    /// <summary>When a round has ended; one that read nothing leaves its ratings to the next.</summary>
    public void OnFinished(RoundReport report)
    {
        TrainedSequence = Math.Max(TrainedSequence, report.TrainedSequence);
        if (report.TrainedSequence > 0)
        {
            _sinceFull = report.FullRetrain ? 0 : _sinceFull + 1;
        }
    }
}
