using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;

namespace OnlineCF.Grains.Users;

/// <summary>
/// A user's current ratings, in three arrays sorted by movie_id (20 bytes a rating), the movies that the user does not want
/// recommended, and how far the log was known when they were read or written. What may change is decided first and applied once it is durable.
/// </summary>
public sealed class UserHistory
{
    private const int FirstCapacity = 4;

    private long[] _movieIds = [];
    private float[] _values = [];
    private long[] _ratedAtMicros = [];
    private long[] _dismissed = [];

    /// <summary>Number of current ratings.</summary>
    public int Count { get; private set; }

    /// <summary>The highest sequence of the user's log entries that are in; 0 when there are none.</summary>
    public long Sequence { get; private set; }

    /// <summary>The ids of the rated movies, rising.</summary>
    public ReadOnlySpan<long> MovieIds => _movieIds.AsSpan(0, Count);

    /// <summary>Their current stars.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>When they got them, in microseconds since 1970.</summary>
    public ReadOnlySpan<long> RatedAtMicros => _ratedAtMicros.AsSpan(0, Count);

    /// <summary>The movies that the user does not want recommended, by rising id; replaced whole at each change.</summary>
    public IReadOnlyList<long> Dismissed => _dismissed;

    /// <summary>All of them, where they lie: good until the next change.</summary>
    public RatedMovies Rated => new(_movieIds, _values, _ratedAtMicros, Count);

    /// <summary>The history that a user's log entries, in order, make.</summary>
    public static UserHistory Replay(IReadOnlyList<RatingEntry> entries)
    {
        var history = new UserHistory();
        if (entries.Count == 0)
        {
            return history;
        }

        // The last entry of each movie counts. Ordering is stable, so that entries of a movie stay in order.
        RatingEntry[] current = [.. entries
            .Where(entry => entry.Kind.IsOfRating())
            .GroupBy(entry => entry.MovieId, (_, ofMovie) => ofMovie.Last())
            .Where(last => last.Kind == RatingEntryKind.Rated)
            .OrderBy(last => last.MovieId)];
        history._movieIds = Array.ConvertAll(current, entry => entry.MovieId);
        history._values = Array.ConvertAll(current, entry => entry.Value);
        history._ratedAtMicros = Array.ConvertAll(current, entry => entry.RatedAtMicros);
        history.Count = current.Length;
        history._dismissed = [.. entries
            .Where(entry => !entry.Kind.IsOfRating())
            .GroupBy(entry => entry.MovieId, (_, ofMovie) => ofMovie.Last())
            .Where(last => last.Kind == RatingEntryKind.Dismissed)
            .Select(last => last.MovieId).Order()];
        history.Sequence = entries[^1].Sequence;
        return history;
    }

    /// <summary>
    /// What becomes of ratings that come in this order, and the changes that make it so; changes nothing yet.
    /// A later rated_at wins, and on equal rated_at another value wins. A rating without a time is now's, or as
    /// late as the current one should that lie ahead; the same stars again without a time say nothing new, so
    /// that a call repeated after a lost answer is harmless.
    /// </summary>
    /// <param name="userId">The user.</param>
    /// <param name="ratings">Valid ratings.</param>
    /// <param name="nowMicros">The time, microseconds since 1970.</param>
    /// <param name="results">One for each rating.</param>
    public RatingChange[] Decide(
        long userId, ReadOnlySpan<IncomingRating> ratings, long nowMicros, Span<RatingResult> results)
    {
        var changes = new RatingChange[ratings.Length];
        var latest = ratings.Length > 1 ? new Dictionary<long, int>(ratings.Length) : null;
        var count = 0;
        for (var i = 0; i < ratings.Length; i++)
        {
            var movieId = ratings[i].MovieId;
            var current = latest is not null && latest.TryGetValue(movieId, out var earlier)
                ? new CurrentRating(changes[earlier].Value, changes[earlier].RatedAtMicros)
                : Find(movieId);
            results[i] = Judge(ratings[i], current, nowMicros, out var ratedAtMicros);
            if (results[i] != RatingResult.Accepted)
            {
                continue;
            }

            changes[count] = new RatingChange(
                RatingEntryKind.Rated, userId, movieId, ratings[i].Value, ratedAtMicros,
                current?.Value ?? 0, current?.RatedAtMicros ?? 0);
            latest?[movieId] = count;
            count++;
        }

        return count == changes.Length ? changes : changes[..count];
    }

    /// <summary>The change that takes the current rating of a movie away; null when there is none.</summary>
    public RatingChange? DecideDeletion(long userId, long movieId) => Find(movieId) is { } current
        ? RatingChange.Deleted(userId, movieId, current.Value, current.RatedAtMicros)
        : null;

    /// <summary>The change after which the user wants, or does not want, a movie recommended; null when that is so already.</summary>
    public RatingChange? DecideDismissal(long userId, long movieId, bool undo) =>
        Array.BinarySearch(_dismissed, movieId) >= 0 == undo ? RatingChange.Dismissal(userId, movieId, undo) : null;

    /// <summary>Takes durable changes in, the last of which has this sequence.</summary>
    public void Apply(ReadOnlySpan<RatingChange> changes, long sequence)
    {
        foreach (var change in changes)
        {
            switch (change.Kind)
            {
                case RatingEntryKind.Rated:
                    Set(change.MovieId, change.Value, change.RatedAtMicros);
                    break;
                case RatingEntryKind.Deleted:
                    Remove(change.MovieId);
                    break;
                case RatingEntryKind.Dismissed:
                    _dismissed = [.. _dismissed.Append(change.MovieId).Order()];
                    break;
                default:
                    _dismissed = [.. _dismissed.Where(movieId => movieId != change.MovieId)];
                    break;
            }
        }

        Sequence = sequence;
    }

    /// <summary>At most <paramref name="limit"/> current ratings above a movie_id, by movie_id.</summary>
    public Rating[] Page(long userId, long afterMovieId, int limit)
    {
        var start = MovieIds.BinarySearch(afterMovieId);
        start = start >= 0 ? start + 1 : ~start;
        var page = new Rating[Math.Min(limit, Count - start)];
        for (var i = 0; i < page.Length; i++)
        {
            page[i] = At(userId, start + i);
        }

        return page;
    }

    /// <summary>At most <paramref name="limit"/> current ratings, the newest first, of one time by movie_id.</summary>
    /// <param name="userId">Whose.</param>
    /// <param name="after">The last of the page before; null for the first page.</param>
    /// <param name="limit">1 or more.</param>
    public Rating[] NewestPage(long userId, NewestPlace? after, int limit)
    {
        var places = new List<NewestPlace>(Count);
        for (var i = 0; i < Count; i++)
        {
            var place = new NewestPlace(_ratedAtMicros[i], _movieIds[i]);
            if (after is not { } last || NewestPlace.Compare(place, last) > 0)
            {
                places.Add(place);
            }
        }

        places.Sort(NewestPlace.Compare);
        return [.. places.Take(limit).Select(place => At(userId, MovieIds.BinarySearch(place.MovieId)))];
    }

    /// <summary>The current ratings of these movies, by movie_id.</summary>
    public Rating[] Of(long userId, IEnumerable<long> movieIds) =>
    [
        .. movieIds.Distinct().Order().Select(movieId => MovieIds.BinarySearch(movieId)).Where(place => place >= 0)
            .Select(place => At(userId, place)),
    ];

    private Rating At(long userId, int place) => new(userId, _movieIds[place], _values[place], _ratedAtMicros[place]);

    private static RatingResult Judge(
        in IncomingRating incoming, CurrentRating? known, long nowMicros, out long ratedAtMicros)
    {
        ratedAtMicros = incoming.RatedAtMicros ?? nowMicros;
        if (known is not { } current)
        {
            return RatingResult.Accepted;
        }

        if (incoming.RatedAtMicros is null)
        {
            ratedAtMicros = Math.Max(nowMicros, current.RatedAtMicros);
        }

        if (incoming.Value.Equals(current.Value)
            && (incoming.RatedAtMicros is null || incoming.RatedAtMicros == current.RatedAtMicros))
        {
            return RatingResult.Duplicate;
        }

        return ratedAtMicros < current.RatedAtMicros ? RatingResult.Stale : RatingResult.Accepted;
    }

    private CurrentRating? Find(long movieId) => MovieIds.BinarySearch(movieId) is var at and >= 0
        ? new CurrentRating(_values[at], _ratedAtMicros[at])
        : null;

    private void Set(long movieId, float value, long ratedAtMicros)
    {
        var at = MovieIds.BinarySearch(movieId);
        if (at < 0)
        {
            at = ~at;
            if (Count == _movieIds.Length)
            {
                Grow();
            }

            Shift(at, at + 1, Count - at);
            Count++;
        }

        (_movieIds[at], _values[at], _ratedAtMicros[at]) = (movieId, value, ratedAtMicros);
    }

    private void Remove(long movieId)
    {
        if (MovieIds.BinarySearch(movieId) is var at and >= 0)
        {
            Shift(at + 1, at, Count - at - 1);
            Count--;
        }
    }

    // By half: what a user's arrays have to spare is memory of every active user.
    private void Grow()
    {
        var capacity = Math.Max(FirstCapacity, Count + (Count / 2));
        Array.Resize(ref _movieIds, capacity);
        Array.Resize(ref _values, capacity);
        Array.Resize(ref _ratedAtMicros, capacity);
    }

    private void Shift(int from, int to, int length)
    {
        Array.Copy(_movieIds, from, _movieIds, to, length);
        Array.Copy(_values, from, _values, to, length);
        Array.Copy(_ratedAtMicros, from, _ratedAtMicros, to, length);
    }

    private readonly record struct CurrentRating(float Value, long RatedAtMicros);
}
