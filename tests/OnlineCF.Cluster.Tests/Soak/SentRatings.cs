using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Soak;

/// <summary>
/// What one stream has sent and what of it was acknowledged, by pair: the store must hold of each pair the last
/// rating acknowledged, or a later one that was sent. Every stream has users of its own; times rise.
/// </summary>
internal sealed class SentRatings(int stream, int seed)
{
    private const int Users = 400;

    // Few: the pairs are all rated after a minute, and what the server keeps of them grows no more.
    private const int Movies = 250;

    private readonly Random _random = new(seed);
    private readonly Dictionary<(long UserId, long MovieId), List<Rating>> _sent = [];
    private readonly HashSet<(long UserId, long MovieId)> _acknowledged = [];
    private long _seconds = 1_600_000_000;

    /// <summary>Ratings acknowledged so far.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>This stream's users.</summary>
    public IEnumerable<long> UserIds => Enumerable.Range(0, Users).Select(user => UserIdOf(user));

    /// <summary>One of them.</summary>
    public long AnyUser(Random random) => UserIdOf(random.Next(Users));

    /// <summary>Ratings that have not been sent yet; some replace earlier ones.</summary>
    public Rating[] Next(int count)
    {
        var batch = new Rating[count];
        for (var i = 0; i < count; i++)
        {
            var rating = new Rating
            {
                UserId = UserIdOf(_random.Next(Users)),
                MovieId = 1 + (long)(Movies * Math.Pow(_random.NextDouble(), 2)),
                Value = _random.Next(1, 11) / 2f,
                RatedAt = new() { Seconds = ++_seconds },
            };
            if (!_sent.TryGetValue((rating.UserId, rating.MovieId), out var ofPair))
            {
                _sent.Add((rating.UserId, rating.MovieId), ofPair = []);
            }

            ofPair.Add(rating);
            batch[i] = rating;
        }

        return batch;
    }

    /// <summary>The batch was acknowledged: what it replaced may be forgotten.</summary>
    public void Acknowledge(Rating[] batch)
    {
        Acknowledged += batch.Length;
        foreach (var rating in batch)
        {
            var ofPair = _sent[(rating.UserId, rating.MovieId)];
            ofPair.RemoveAll(sent => sent.RatedAt.Seconds < rating.RatedAt.Seconds);
            _acknowledged.Add((rating.UserId, rating.MovieId));
        }
    }

    /// <summary>Faults of what a user is listed with; what is listed is taken as the truth from here on.</summary>
    public IEnumerable<string> FaultsOf(long userId, IReadOnlyCollection<Rating> listed)
    {
        var byMovie = listed.ToDictionary(rating => rating.MovieId);
        foreach (var pair in _acknowledged.Where(pair => pair.UserId == userId && !byMovie.ContainsKey(pair.MovieId)))
        {
            yield return $"user {pair.UserId} lost an acknowledged rating of movie {pair.MovieId}";
        }

        foreach (var rating in listed)
        {
            var sent = _sent.GetValueOrDefault((userId, rating.MovieId));
            if (sent is null || !sent.Contains(rating))
            {
                yield return $"user {userId} has {rating.Value} at {rating.RatedAt} for movie {rating.MovieId}, which was replaced or never sent";
            }
        }
    }

    private long UserIdOf(int user) => (stream * 1_000_000L) + user + 1;
}
