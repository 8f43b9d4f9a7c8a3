using OnlineCF.Core.Ratings;

namespace OnlineCF.Grains.Users;

/// <summary>A user's current ratings, and the rules by which a new one replaces an old one.</summary>
public sealed class UserHistory
{
    private readonly Dictionary<long, CurrentRating> _current = [];
    private long[]? _movieIds;

    /// <summary>Number of current ratings.</summary>
    public int Count => _current.Count;

    /// <summary>The ids of the rated movies, rising.</summary>
    public ReadOnlySpan<long> MovieIds => _movieIds ??= [.. _current.Keys.Order()];

    /// <summary>The current stars of a rated movie.</summary>
    public float ValueOf(long movieId) => _current[movieId].Value;

    /// <summary>When a rated movie got its current stars, in microseconds since 1970.</summary>
    public long RatedAtOf(long movieId) => _current[movieId].RatedAtMicros;

    /// <summary>Whether the movie has a current rating.</summary>
    public bool Contains(long movieId) => _current.ContainsKey(movieId);

    /// <summary>The history that a user's log entries, in order, make.</summary>
    public static UserHistory Replay(IReadOnlyList<RatingEntry> entries)
    {
        var history = new UserHistory();
        foreach (var entry in entries)
        {
            if (entry.Kind == RatingEntryKind.Rated)
            {
                history.Set(entry.MovieId, new CurrentRating(entry.Value, entry.RatedAtMicros));
            }
            else
            {
                history.Remove(entry.MovieId);
            }
        }

        return history;
    }

    /// <summary>
    /// Takes a rating in when it is news: a later rated_at wins, and on equal rated_at another value wins.
    /// A rating without a time is now's, or as late as the current one should that lie ahead; the same stars
    /// again without a time say nothing new, so that a call repeated after a lost answer is harmless.
    /// </summary>
    public RatingResult Apply(IncomingRating incoming, long nowMicros, out CurrentRating rating)
    {
        var known = _current.TryGetValue(incoming.MovieId, out var current);
        rating = new CurrentRating(incoming.Value, incoming.RatedAtMicros ?? nowMicros);
        if (known)
        {
            if (incoming.RatedAtMicros is null)
            {
                rating = rating with { RatedAtMicros = Math.Max(nowMicros, current.RatedAtMicros) };
            }

            if (incoming.Value.Equals(current.Value)
                && (incoming.RatedAtMicros is null || incoming.RatedAtMicros == current.RatedAtMicros))
            {
                return RatingResult.Duplicate;
            }

            if (rating.RatedAtMicros < current.RatedAtMicros)
            {
                return RatingResult.Stale;
            }
        }

        Set(incoming.MovieId, rating);
        return RatingResult.Accepted;
    }

    /// <summary>Takes the current rating of a movie away.</summary>
    public bool Remove(long movieId)
    {
        if (!_current.Remove(movieId))
        {
            return false;
        }

        _movieIds = null;
        return true;
    }

    /// <summary>At most <paramref name="limit"/> current ratings above a movie_id, by movie_id.</summary>
    public Rating[] Page(long userId, long afterMovieId, int limit)
    {
        var ids = MovieIds;
        var start = ids.BinarySearch(afterMovieId);
        start = start >= 0 ? start + 1 : ~start;
        var page = new Rating[Math.Min(limit, ids.Length - start)];
        for (var i = 0; i < page.Length; i++)
        {
            var (value, ratedAt) = _current[ids[start + i]];
            page[i] = new Rating(userId, ids[start + i], value, ratedAt);
        }

        return page;
    }

    private void Set(long movieId, CurrentRating rating)
    {
        if (!_current.ContainsKey(movieId))
        {
            _movieIds = null;
        }

        _current[movieId] = rating;
    }
}

/// <summary>Stars and time of a current rating.</summary>
public readonly record struct CurrentRating(float Value, long RatedAtMicros);
