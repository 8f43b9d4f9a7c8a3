using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// The likes of one snapshot's movies, by row. Follows the statistics' changes and grows with the movies folded in; all
/// rows are read again only where another half-life counts. Thread-safe.
/// </summary>
internal sealed class ModelLikes(PopularityTable table)
{
    // So that a float tells likes apart, masses are kept as differences to one that is not far.
    private const double Far = 64;

    private readonly Lock _lock = new();
    private readonly List<long> _changed = [];
    private float[] _log2 = [];
    private int _count;
    private long _version = -1;
    private int _halfLife = -1;
    private double _origin;

    /// <summary>The likes of a model's rows as they are now.</summary>
    public RecentLikes Of(ServingModel model)
    {
        lock (_lock)
        {
            var version = table.Version;
            var now = table.Now;
            var most = double.IsFinite(now.MostLog2) ? now.MostLog2 : 0;
            if (now.HalfLife != _halfLife || Math.Abs(most - _origin) > Far)
            {
                (_halfLife, _origin, _count) = (now.HalfLife, most, 0);
            }
            else if (version != _version)
            {
                Follow(model);
            }

            _version = version;
            Grow(model);
            return new RecentLikes(
                _log2.AsSpan(0, _count), (float)(now.ShiftLog2 + _origin), (float)(now.MostLog2 - _origin));
        }
    }

    private void Follow(ServingModel model)
    {
        // Rows that only a later model has are read again with that one.
        _count = Math.Min(_count, model.MovieCount);
        _changed.Clear();
        if (!table.Recent.TryReadSince(_version, _changed))
        {
            _count = 0;
            return;
        }

        foreach (var movieId in _changed)
        {
            if (model.RowOf(movieId) is var row and >= 0 && row < _count)
            {
                _log2[row] = Log2Of(movieId);
            }
        }
    }

    private void Grow(ServingModel model)
    {
        if (model.MovieCount > _log2.Length)
        {
            Array.Resize(ref _log2, Math.Max(model.MovieCount, _log2.Length + (_log2.Length / 8)));
        }

        for (; _count < model.MovieCount; _count++)
        {
            _log2[_count] = Log2Of(model.MovieIdOf(_count));
        }
    }

    private float Log2Of(long movieId) => (float)(table.Of(movieId).LikesLog2(_halfLife) - _origin);
}
