namespace OnlineCF.Grains.Replicas;

/// <summary>Which movies the catalogue changed last, so that what was made from it can follow. Thread-safe.</summary>
/// <param name="capacity">How many changes are remembered.</param>
public sealed class RecentMovies(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<(long Version, long MovieId)> _changes = new();
    private long _forgotten;

    /// <summary>Notes what changed on the way to a version, which is to be published after this.</summary>
    public void Add(long version, IEnumerable<long> movieIds)
    {
        lock (_lock)
        {
            foreach (var movieId in movieIds)
            {
                _changes.Enqueue((version, movieId));
                if (_changes.Count > capacity)
                {
                    _forgotten = _changes.Dequeue().Version;
                }
            }
        }
    }

    /// <summary>Adds every movie that changed after a version, some more than once.</summary>
    /// <returns>False when that is not remembered, and anything may have changed.</returns>
    public bool TryReadSince(long version, List<long> movieIds)
    {
        lock (_lock)
        {
            if (version < _forgotten)
            {
                return false;
            }

            foreach (var change in _changes)
            {
                if (change.Version > version)
                {
                    movieIds.Add(change.MovieId);
                }
            }

            return true;
        }
    }
}
