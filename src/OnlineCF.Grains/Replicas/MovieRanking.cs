using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// The best of all rated movies by some order. Keeps a head of them sorted, at a cost of the head and of what
/// changes; what comes after the head is sorted only for who gets that far. One thread writes, any thread reads.
/// </summary>
/// <param name="order">Better movies first; no two movies are equal.</param>
/// <param name="all">All rated movies, as they are now.</param>
/// <param name="capacity">Movies in the head at least, where there are so many.</param>
internal sealed class MovieRanking(IComparer<RatedMovie> order, Func<IEnumerable<RatedMovie>> all, int capacity)
{
    // After so many the head is cut, and filled again when there are fewer than half of them.
    private readonly int _most = 2 * capacity;

    private Head _head = new([], IsAll: true, default);

    /// <summary>All rated movies, best first.</summary>
    public IEnumerable<RatedMovie> Movies
    {
        get
        {
            var head = Volatile.Read(ref _head);
            return head.IsAll ? head.Movies : head.Movies.Concat(RestOf(head));
        }
    }

    /// <summary>Takes movies in that have changed; those without ratings leave.</summary>
    /// <param name="changed">By movie_id, as they are now.</param>
    public void Update(IReadOnlyDictionary<long, RatedMovie> changed)
    {
        var before = _head;
        RatedMovie[] better =
        [
            .. changed.Values
                .Where(movie => movie.Statistics.Count > 0 && (before.IsAll || order.Compare(movie, before.Bound) <= 0))
                .Order(order),
        ];
        RatedMovie[] kept = [.. before.Movies.Where(movie => !changed.ContainsKey(movie.MovieId))];
        Volatile.Write(ref _head, Bounded(Merge(kept, better), before));
    }

    // Nothing outside the head is better than its bound.
    private Head Bounded(RatedMovie[] movies, Head before)
    {
        if (movies.Length > _most)
        {
            return new Head(movies[.._most], IsAll: false, movies[_most - 1]);
        }

        if (before.IsAll || movies.Length >= capacity)
        {
            return before with { Movies = movies };
        }

        RatedMovie[] filled = [.. all().Order(order).Take(_most)];
        return new Head(filled, IsAll: filled.Length < _most, filled.LastOrDefault());
    }

    private RatedMovie[] Merge(RatedMovie[] a, RatedMovie[] b)
    {
        var merged = new RatedMovie[a.Length + b.Length];
        for (int i = 0, j = 0; i + j < merged.Length;)
        {
            merged[i + j] = j == b.Length || (i < a.Length && order.Compare(a[i], b[j]) < 0) ? a[i++] : b[j++];
        }

        return merged;
    }

    private IEnumerable<RatedMovie> RestOf(Head head)
    {
        var known = head.Movies.Select(movie => movie.MovieId).ToHashSet();
        foreach (var movie in all().Where(movie => !known.Contains(movie.MovieId)).Order(order))
        {
            yield return movie;
        }
    }

    private sealed record Head(RatedMovie[] Movies, bool IsAll, RatedMovie Bound);
}
