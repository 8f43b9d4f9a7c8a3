namespace OnlineCF.Cli.Replay;

/// <summary>
/// What popularity alone would recommend in a replay: the movies with the most ratings so far, less those the
/// user has rated. The yardstick for lists; equal counts go by movie_id.
/// </summary>
internal sealed class PopularityList
{
    private readonly Dictionary<long, int> _counts = [];
    private readonly HashSet<(long UserId, long MovieId)> _rated = [];
    private readonly SortedSet<(int Count, long MovieId)> _byCount = new(Comparer<(int Count, long MovieId)>.Create(
        (a, b) => a.Count == b.Count ? a.MovieId.CompareTo(b.MovieId) : b.Count.CompareTo(a.Count)));

    /// <summary>A movie's place in the list, 0 for the first; -1 where it is not among the first so many.</summary>
    /// <param name="movieId">The movie.</param>
    /// <param name="rated">What is left out.</param>
    /// <param name="length">How long the list is.</param>
    public int PlaceOf(long movieId, IReadOnlySet<long> rated, int length)
    {
        var place = 0;
        foreach (var (_, candidate) in _byCount)
        {
            if (place == length)
            {
                return -1;
            }

            if (candidate == movieId)
            {
                return place;
            }

            place += rated.Contains(candidate) ? 0 : 1;
        }

        return -1;
    }

    /// <summary>Counts a rating.</summary>
    public void OnRating(long userId, long movieId)
    {
        if (!_rated.Add((userId, movieId)))
        {
            return;
        }

        var count = _counts.GetValueOrDefault(movieId);
        _byCount.Remove((count, movieId));
        _byCount.Add((count + 1, movieId));
        _counts[movieId] = count + 1;
    }
}
