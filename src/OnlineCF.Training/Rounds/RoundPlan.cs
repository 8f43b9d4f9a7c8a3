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
    private readonly int[] _drawn;

    /// <summary>Plans a round over the training ratings.</summary>
    public RoundPlan(TrainingSet set, bool full, int epochs)
    {
        if (full)
        {
            (_new, _old, _drawn, Epochs) = ([], [], new int[set.Train.Count], epochs);
            return;
        }

        var positions = Enumerable.Range(0, set.Train.Count);
        _new = [.. positions.Where(i => set.IsNew[i])];
        _old = [.. positions.Where(i => !set.IsNew[i])];

        // As many old ratings as new ones at least: where much is new, rather fewer epochs than no replay.
        var replay = Math.Max(_new.Length, (int)(IncrementalShare * set.Train.Count) - _new.Length);
        _replay = Math.Min(_old.Length, replay);
        _drawn = new int[_new.Length + _replay];
        var budget = IncrementalShare * epochs * set.Train.Count;
        Epochs = Math.Clamp((int)(budget / Math.Max(1, EpochSize)), 1, epochs);
    }

    /// <summary>At most so many epochs.</summary>
    public int Epochs { get; }

    /// <summary>How many ratings an epoch passes over.</summary>
    public int EpochSize => _drawn.Length;

    /// <summary>Positions for the next epoch, in an array that is the caller's until the next draw.</summary>
    public int[] Draw(Random random)
    {
        if (_new.Length + _replay == 0)
        {
            FillAll(_drawn);
            return _drawn;
        }

        // A partial Fisher-Yates shuffle: the first _replay places become a fresh sample.
        for (var i = 0; i < _replay; i++)
        {
            var other = random.Next(i, _old.Length);
            (_old[i], _old[other]) = (_old[other], _old[i]);
        }

        _new.CopyTo(_drawn, 0);
        _old.AsSpan(0, _replay).CopyTo(_drawn.AsSpan(_new.Length));
        return _drawn;
    }

    /// <summary>All positions, in the array of the last draw where it is large enough.</summary>
    public int[] All(int count)
    {
        var all = _drawn.Length == count ? _drawn : new int[count];
        FillAll(all);
        return all;
    }

    private static void FillAll(int[] positions)
    {
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = i;
        }
    }
}
