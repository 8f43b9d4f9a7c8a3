namespace OnlineCF.Training.History;

/// <summary>
/// Finds the position of a (user, movie) pair in columns it does not own: an open-addressing table that
/// holds only positions, 4 bytes a slot, where a dictionary would spend 24 a rating.
/// </summary>
internal sealed class RatingIndex(Func<int, ulong> keyAt)
{
    private int[] _slots = new int[16];
    private int _count;

    /// <summary>The position of the key, or -1.</summary>
    public int Find(ulong key)
    {
        var slot = SlotOf(key);
        return _slots[slot] - 1;
    }

    /// <summary>Adds a key that is not there.</summary>
    public void Add(ulong key, int position)
    {
        if ((_count + 1) * 2L > _slots.Length)
        {
            Grow();
        }

        _slots[SlotOf(key)] = position + 1;
        _count++;
    }

    /// <summary>Notes that a key that is there has moved to another position.</summary>
    public void Move(ulong key, int position) => _slots[SlotOf(key)] = position + 1;

    /// <summary>Takes away a key that is there; the columns must still hold every key at its position.</summary>
    public void Remove(ulong key)
    {
        var hole = SlotOf(key);
        var mask = _slots.Length - 1;
        _count--;
        // Backward shift (Knuth 6.4, algorithm R): no tombstones, so probes stay short for ever.
        for (var next = (hole + 1) & mask; _slots[next] != 0; next = (next + 1) & mask)
        {
            var home = HomeOf(keyAt(_slots[next] - 1));
            if (((next - home) & mask) >= ((next - hole) & mask))
            {
                _slots[hole] = _slots[next];
                hole = next;
            }
        }

        _slots[hole] = 0;
    }

    private int SlotOf(ulong key)
    {
        var mask = _slots.Length - 1;
        var slot = HomeOf(key);
        while (_slots[slot] != 0 && keyAt(_slots[slot] - 1) != key)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    private int HomeOf(ulong key)
    {
        key = (key ^ (key >> 32)) * 0x9E3779B97F4A7C15;
        return (int)((key ^ (key >> 29)) & (ulong)(_slots.Length - 1));
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new int[checked(old.Length * 2)];
        foreach (var entry in old)
        {
            if (entry != 0)
            {
                _slots[SlotOf(keyAt(entry - 1))] = entry;
            }
        }
    }
}
