using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// The filters' masks of one snapshot. Follows the catalogue's changes and grows with the movies folded in;
/// a mask handed out is never written again. Keeps the masks used last, up to a number of bytes. Thread-safe.
/// </summary>
internal sealed class ModelMasks(CatalogReplica catalog, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly MovieColumns _columns = new();
    private readonly Dictionary<FilterKey, LinkedListNode<CachedMask>> _masks = [];
    private readonly LinkedList<CachedMask> _newestFirst = new();
    private readonly List<long> _changed = [];
    private long _catalogueVersion = -1;

    /// <summary>Bytes of the masks that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>The mask of a filter, hidden movies included, its excluded ids not; null when all movies pass.</summary>
    public MovieMask? MaskOf(ServingModel model, MovieFilter filter)
    {
        lock (_lock)
        {
            Follow(model);
            if (filter.IsOpen && !_columns.AnyHidden)
            {
                return null;
            }

            var key = _columns.KeyOf(filter);
            var known = _masks.GetValueOrDefault(key);
            if (known is not null && known.Value.Rows == _columns.Count)
            {
                _newestFirst.Remove(known);
                _newestFirst.AddFirst(known);
                return known.Value.Mask;
            }

            var mask = new MovieMask(_columns.Count);
            if (known is not null)
            {
                mask.UnionWith(known.Value.Mask);
                Drop(known);
            }

            _columns.Fill(mask, known?.Value.Rows ?? 0, filter);
            Keep(new CachedMask(key, mask, _columns.Count));
            return mask;
        }
    }

    // What the catalogue says now of every row that the model has now.
    private void Follow(ServingModel model)
    {
        var version = catalog.Version;
        if (version != _catalogueVersion)
        {
            // Rows that only a later model has are read again with that one.
            _columns.Count = Math.Min(_columns.Count, model.MovieCount);
            _changed.Clear();
            if (catalog.Recent.TryReadSince(_catalogueVersion, _changed))
            {
                foreach (var movieId in _changed)
                {
                    if (model.RowOf(movieId) is var row and >= 0 && row < _columns.Count)
                    {
                        _columns.Set(row, catalog.Get(movieId));
                    }
                }
            }
            else
            {
                Read(model, 0, _columns.Count);
            }

            _catalogueVersion = version;
            DropAll();
        }

        if (model.MovieCount > _columns.Count)
        {
            var known = _columns.Count;
            _columns.Count = model.MovieCount;
            Read(model, known, model.MovieCount);
        }
    }

    private void Read(ServingModel model, int first, int end)
    {
        for (var row = first; row < end; row++)
        {
            _columns.Set(row, catalog.Get(model.MovieIdOf(row)));
        }
    }

    private void Keep(CachedMask mask)
    {
        _masks[mask.Key] = _newestFirst.AddFirst(mask);
        Bytes += mask.Mask.Bytes;
        while (Bytes > maxBytes && _newestFirst.Count > 1)
        {
            Drop(_newestFirst.Last!);
        }
    }

    private void Drop(LinkedListNode<CachedMask> node)
    {
        _newestFirst.Remove(node);
        _masks.Remove(node.Value.Key);
        Bytes -= node.Value.Mask.Bytes;
    }

    private void DropAll()
    {
        _masks.Clear();
        _newestFirst.Clear();
        Bytes = 0;
    }

    private sealed record CachedMask(FilterKey Key, MovieMask Mask, int Rows);
}
