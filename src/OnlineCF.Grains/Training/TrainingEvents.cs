using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Training;

/// <summary>The numbered events of the running or last round.</summary>
internal sealed class TrainingEvents
{
    private readonly List<TrainingEvent> _events = [];
    private readonly ChangeSignal _changed = new();

    /// <summary>Number of the latest event; 0 before the first.</summary>
    public long Latest { get; private set; }

    /// <summary>The latest epoch of the running or last round.</summary>
    public TrainingEvent? LatestEpoch => _events.LastOrDefault(item => !item.Finished);

    /// <summary>Completes at the next event.</summary>
    public Task Changed => _changed.Next;

    /// <summary>A new round: the last one's events go.</summary>
    public void Restart() => _events.Clear();

    /// <summary>Numbers an event and keeps it.</summary>
    public void Add(TrainingEvent item)
    {
        _events.Add(item with { Number = ++Latest });
        _changed.Raise();
    }

    /// <summary>The end of a round, with the figures of its last epoch.</summary>
    public void AddFinished(long roundId) => Add((LatestEpoch ?? Empty(roundId)) with { Finished = true });

    /// <summary>The kept events above a number.</summary>
    public TrainingEvent[] After(long number) => [.. _events.Where(item => item.Number > number)];

    private static TrainingEvent Empty(long roundId) => new(
        0, roundId, 0, 0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 0, 0, false);
}
