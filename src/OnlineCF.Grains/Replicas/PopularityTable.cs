using System.Collections.Concurrent;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// All rated movies' statistics, their order by popularity and by likes of late, and what likes count now. One thread
/// writes, any thread reads.
/// </summary>
public sealed class PopularityTable
{
    private const int RankedMovies = 10_000;
    private const int RecentChanges = 20_000;

    // The sums are added up as integers, so that they come out the same in any order.
    private const double StarUnits = 1 << 24;

    private readonly ConcurrentDictionary<long, MovieStatistics> _statistics = new();
    private readonly MovieRanking _byPopularity;
    private readonly MovieRanking[] _byLikes;
    private readonly LogSum[] _likes;
    private long _liked;
    private long _version;
    private LikesNow _now = LikesNow.None;
    private long _sequence;
    private long _count;
    private long _sum;

    /// <summary>No movies.</summary>
    public PopularityTable()
    {
        _byPopularity = new MovieRanking(ByLiked, All, RankedMovies);
        var halfLives = Enumerable.Range(0, RecentPopularity.HalfLives.Count);
        _byLikes = [.. halfLives.Select(halfLife => new MovieRanking(ByLikesLog2(halfLife), All, RankedMovies))];
        _likes = [.. halfLives.Select(_ => new LogSum())];
    }

    /// <summary>Which movies changed last, by <see cref="Version"/>.</summary>
    public RecentMovies Recent { get; } = new(RecentChanges);

    /// <summary>Rises with each change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>What likes count now.</summary>
    public LikesNow Now => Volatile.Read(ref _now);

    /// <summary>Every rating up to and with this sequence is in.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Most often liked first.</summary>
    public IEnumerable<RatedMovie> ByPopularity => _byPopularity.Movies;

    /// <summary>Most often liked in the last weeks first.</summary>
    public IEnumerable<RatedMovie> ByTrend => _byLikes[0].Movies;

    /// <summary>What is popular at a moment first.</summary>
    public IEnumerable<RatedMovie> ByLikes(LikesNow now) => _byLikes[now.HalfLife].Movies;

    /// <summary>Liked by more, then rated by more, first.</summary>
    internal static IComparer<RatedMovie> ByLiked { get; } = Comparer<RatedMovie>.Create((a, b) =>
        b.Statistics.Liked != a.Statistics.Liked ? b.Statistics.Liked.CompareTo(a.Statistics.Liked)
        : b.Statistics.Count != a.Statistics.Count ? b.Statistics.Count.CompareTo(a.Statistics.Count)
        : a.MovieId.CompareTo(b.MovieId));

    /// <summary>More likes under a half-life first, then by popularity.</summary>
    internal static IComparer<RatedMovie> ByLikesLog2(int halfLife) => Comparer<RatedMovie>.Create((a, b) =>
        b.Statistics.LikesLog2(halfLife).CompareTo(a.Statistics.LikesLog2(halfLife)) is var byLikes and not 0
            ? byLikes : ByLiked.Compare(a, b));

    /// <summary>A movie's statistics.</summary>
    public MovieStatistics Of(long movieId) => _statistics.GetValueOrDefault(movieId, MovieStatistics.None);

    /// <summary>The mean of a movie's stars; of all stars where it has none; 0 where there is no rating at all.</summary>
    public float MeanOf(long movieId)
    {
        var count = Volatile.Read(ref _count);
        return Of(movieId) is { Count: > 0 } statistics ? statistics.Mean
            : count == 0 ? 0 : (float)(Volatile.Read(ref _sum) / StarUnits / count);
    }

    /// <summary>Takes over movies that have changed; of several changes of a movie the last one counts.</summary>
    /// <param name="changed">With the statistics they have now.</param>
    /// <param name="sequence">Every rating up to and with this one is in then.</param>
    public void Apply(IEnumerable<RatedMovie> changed, long sequence)
    {
        var last = new Dictionary<long, RatedMovie>();
        foreach (var movie in changed)
        {
            last[movie.MovieId] = movie;
        }

        foreach (var (movieId, movie) in last)
        {
            var before = Of(movieId);
            if (movie.Statistics.Count > 0)
            {
                _statistics[movieId] = movie.Statistics;
            }
            else
            {
                _statistics.TryRemove(movieId, out _);
            }

            Volatile.Write(ref _sum, _sum + Units(movie.Statistics) - Units(before));
            Volatile.Write(ref _count, _count + movie.Statistics.Count - before.Count);
            OnLikes(before, movie.Statistics);
        }

        if (last.Count > 0)
        {
            _byPopularity.Update(last);
            foreach (var ranking in _byLikes)
            {
                ranking.Update(last);
            }

            Volatile.Write(ref _now, LikesOfNow());
            Recent.Add(_version + 1, last.Keys);
            Volatile.Write(ref _version, _version + 1);
        }

        Volatile.Write(ref _sequence, sequence);
    }

    private void OnLikes(MovieStatistics before, MovieStatistics after)
    {
        _liked += after.Liked - before.Liked;
        for (var halfLife = 0; halfLife < _likes.Length; halfLife++)
        {
            _likes[halfLife].Change(before.LikesLog2(halfLife), after.LikesLog2(halfLife));
        }
    }

    private LikesNow LikesOfNow()
    {
        if (_liked <= 0)
        {
            return LikesNow.None;
        }

        var likes = RecentPopularity.LikesOf(_liked, _count);
        Span<double> masses = stackalloc double[_likes.Length];
        for (var halfLife = 0; halfLife < masses.Length; halfLife++)
        {
            masses[halfLife] = _likes[halfLife].Log2;
            if (!double.IsFinite(masses[halfLife]))
            {
                return LikesNow.None;
            }
        }

        var newest = RecentPopularity.NewestOf(masses);
        var chosen = RecentPopularity.HalfLifeOf(masses, newest, likes);
        var most = _byLikes[chosen].Movies.First().Statistics.LikesLog2(chosen);
        return new LikesNow(chosen, Math.Log2(likes) - masses[chosen], most, newest);
    }

    private static long Units(MovieStatistics statistics) => (long)(statistics.Sum * StarUnits);

    private IEnumerable<RatedMovie> All() => _statistics.Select(movie => new RatedMovie(movie.Key, movie.Value));
}
