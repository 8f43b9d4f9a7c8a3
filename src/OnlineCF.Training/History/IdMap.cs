namespace OnlineCF.Training.History;

/// <summary>Gives ids dense indices in the order in which they first occur.</summary>
internal sealed class IdMap
{
    private readonly Dictionary<long, int> _indices = [];
    private readonly List<long> _ids = [];

    /// <summary>How many ids there are.</summary>
    public int Count => _ids.Count;

    /// <summary>The id of an index.</summary>
    public long this[int index] => _ids[index];

    /// <summary>The id's index; a new one when the id is new.</summary>
    public int IndexOf(long id)
    {
        if (!_indices.TryGetValue(id, out var index))
        {
            index = _ids.Count;
            _ids.Add(id);
            _indices.Add(id, index);
        }

        return index;
    }

    /// <summary>The id's index, or -1.</summary>
    public int Find(long id) => _indices.TryGetValue(id, out var index) ? index : -1;
}
