namespace OnlineCF.Grains.Streams;

/// <summary>
/// In which order things changed last, so that whoever knows them up to some change gets the rest at a cost of
/// the rest. A thing's older changes are dropped in passing.
/// </summary>
/// <param name="changeOf">The number of a key's last change, as <see cref="Add"/> gave it.</param>
internal sealed class ChangeJournal(Func<long, long> changeOf)
{
    private const int Slack = 1024;

    private readonly List<(long Change, long Key)> _entries = [];
    private int _current;

    /// <summary>The number of the last change; 0 before the first.</summary>
    public long Last { get; private set; }

    /// <summary>Notes a change of a key.</summary>
    /// <param name="key">What changed.</param>
    /// <param name="isNew">Whether it is the key's first.</param>
    /// <returns>The change's number, which the caller keeps for the key.</returns>
    public long Add(long key, bool isNew)
    {
        _current += isNew ? 1 : 0;
        if (_entries.Count > (2 * _current) + Slack)
        {
            _entries.RemoveAll(entry => changeOf(entry.Key) != entry.Change);
        }

        _entries.Add((++Last, key));
        return Last;
    }

    /// <summary>At most <paramref name="limit"/> keys that changed after a change, the oldest change first.</summary>
    /// <returns>The keys, and the number up to which they are all.</returns>
    public (List<long> Keys, long Through) After(long change, int limit)
    {
        var keys = new List<long>();
        for (var i = FirstAfter(change); i < _entries.Count; i++)
        {
            var entry = _entries[i];
            if (changeOf(entry.Key) != entry.Change)
            {
                continue;
            }

            if (keys.Count == limit)
            {
                return (keys, changeOf(keys[^1]));
            }

            keys.Add(entry.Key);
        }

        return (keys, Last);
    }

    /// <summary>Forgets all changes; numbers go on.</summary>
    public void Clear()
    {
        _entries.Clear();
        _current = 0;
    }

    private int FirstAfter(long change)
    {
        var (low, high) = (0, _entries.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Change > change ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
