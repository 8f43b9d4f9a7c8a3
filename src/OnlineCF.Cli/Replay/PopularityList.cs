namespace OnlineCF.Cli.Replay;

/// <summary>
/// What popularity alone would recommend in a replay: the movies with the most ratings so far, less those the
/// user has rated. The yardstick for the hit rate; equal counts go by movie_id.
/// </summary>
internal sealed class PopularityList
{
    private readonly Dictionary<long, int> _counts = [];
    private readonly Dictionary<long, HashSet<long>> _rated = [];
    private readonly SortedSet<(int Count, long MovieId)> _byCount = new(Comparer<(int Count, long MovieId)>.Create(
        (a, b) => a.Count == b.Count ? a.MovieId.CompareTo(b.MovieId) : b.Count.CompareTo(a.Count)));

    /// <summary>Whether the movie is among the user's first so many.</summary>
    public bool Contains(long userId, long movieId, int length)
    {
        var rated = _rated.GetValueOrDefault(userId);
        foreach (var (_, candidate) in _byCount)
        {
            if (candidate == movieId)
            {
                return length > 0;
            }

            if (rated?.Contains(candidate) != true && --length <= 0)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Counts a rating.</summary>
    public void OnRating(long userId, long movieId)
    {
        if (!_rated.TryGetValue(userId, out var rated))
        {
            _rated[userId] = rated = [];
        }

        if (!rated.Add(movieId))
        {
            return;
        }

        var count = _counts.GetValueOrDefault(movieId);
        _byCount.Remove((count, movieId));
        _byCount.Add((count + 1, movieId));
        _counts[movieId] = count + 1;
    }
}
