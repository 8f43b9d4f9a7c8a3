using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Which ratings each epoch passes over, and how many epochs there may be. A full round takes all ratings each
/// time. An incremental one takes the new ones and, so that it does not forget, a replay of old ones drawn anew
/// for each epoch; all its epochs together pass over a fifth of what a full round would.
/// </summary>
internal sealed class RoundPlan
{
    /// <summary>Ratings that all epochs of an incremental round pass over, as a share of a full round's.</summary>
    public const double IncrementalShare = 0.2;

    private readonly int[] _new;
    private readonly int[] _old;
    private readonly int _replay;

    /// <summary>Plans a round over the training ratings.</summary>
    public RoundPlan(TrainingSet set, bool full, int epochs)
    {
        var positions = Enumerable.Range(0, set.Train.Count);
        _new = full ? [.. positions] : [.. positions.Where(i => set.IsNew[i])];
        _old = full ? [] : [.. positions.Where(i => !set.IsNew[i])];

        // As many old ratings as new ones at least: where much is new, rather fewer epochs than no replay.
        var replay = Math.Max(_new.Length, (int)(IncrementalShare * set.Train.Count) - _new.Length);
        _replay = Math.Min(_old.Length, replay);
        var budget = IncrementalShare * epochs * set.Train.Count;
        Epochs = full ? epochs : Math.Clamp((int)(budget / Math.Max(1, EpochSize)), 1, epochs);
    }

    /// <summary>At most so many epochs.</summary>
    public int Epochs { get; }

    /// <summary>How many ratings an epoch passes over.</summary>
    public int EpochSize => _new.Length + _replay;

    /// <summary>Positions for the next epoch.</summary>
    public int[] Draw(Random random)
    {
        // A partial Fisher-Yates shuffle: the first _replay places become a fresh sample.
        for (var i = 0; i < _replay; i++)
        {
            var other = random.Next(i, _old.Length);
            (_old[i], _old[other]) = (_old[other], _old[i]);
        }

        return [.. _new, .. _old.AsSpan(0, _replay)];
    }
}
