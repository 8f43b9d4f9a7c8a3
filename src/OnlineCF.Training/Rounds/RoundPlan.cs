using OnlineCF.Training.History;

namespace OnlineCF.Training.Rounds;

/// <summary>
/// Which ratings each epoch passes over. A full round takes all of them. An incremental one takes the new
/// ones and, so that it does not forget, a replay of old ones drawn anew for each epoch.
/// </summary>
internal sealed class RoundPlan
{
    /// <summary>Old ratings replayed for each new one.</summary>
    private const int ReplayPerNew = 4;

    /// <summary>At least so many minibatches of old ratings are replayed.</summary>
    private const int ReplayMinibatches = 8;

    private readonly int[] _new;
    private readonly int[] _old;
    private readonly int _replay;

    /// <summary>Plans a round over the training ratings.</summary>
    public RoundPlan(TrainingSet set, bool full, int batchSize)
    {
        var positions = Enumerable.Range(0, set.Train.Count);
        _new = full ? [.. positions] : [.. positions.Where(i => set.IsNew[i])];
        _old = full ? [] : [.. positions.Where(i => !set.IsNew[i])];
        _replay = (int)Math.Min(_old.Length, Math.Max((long)_new.Length * ReplayPerNew, (long)batchSize * ReplayMinibatches));
    }

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
