using System.Collections.Concurrent;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// All rated movies' statistics, and their order by popularity and by trend. One thread writes, any thread reads.
/// </summary>
public sealed class PopularityTable
{
    private const int RankedMovies = 10_000;

    // The sums are added up as integers, so that they come out the same in any order.
    private const double StarUnits = 1 << 24;

    private readonly ConcurrentDictionary<long, MovieStatistics> _statistics = new();
    private readonly MovieRanking _byPopularity;
    private readonly MovieRanking _byTrend;
    private long _sequence;
    private long _count;
    private long _sum;

    /// <summary>No movies.</summary>
    public PopularityTable()
    {
        _byPopularity = new MovieRanking(ByLiked, All, RankedMovies);
        _byTrend = new MovieRanking(ByTrendLog2, All, RankedMovies);
    }

    /// <summary>Every rating up to and with this sequence is in.</summary>
    public long Sequence => Volatile.Read(ref _sequence);

    /// <summary>Most often liked first.</summary>
    public IEnumerable<RatedMovie> ByPopularity => _byPopularity.Movies;

    /// <summary>Most often rated of late first.</summary>
    public IEnumerable<RatedMovie> ByTrend => _byTrend.Movies;

    /// <summary>Liked by more, then rated by more, first.</summary>
    internal static IComparer<RatedMovie> ByLiked { get; } = Comparer<RatedMovie>.Create((a, b) =>
        b.Statistics.Liked != a.Statistics.Liked ? b.Statistics.Liked.CompareTo(a.Statistics.Liked)
        : b.Statistics.Count != a.Statistics.Count ? b.Statistics.Count.CompareTo(a.Statistics.Count)
        : a.MovieId.CompareTo(b.MovieId));

    /// <summary>The higher count of late first.</summary>
    internal static IComparer<RatedMovie> ByTrendLog2 { get; } = Comparer<RatedMovie>.Create((a, b) =>
        b.Statistics.TrendLog2.CompareTo(a.Statistics.TrendLog2) is var byTrend and not 0
            ? byTrend : a.MovieId.CompareTo(b.MovieId));

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
        }

        if (last.Count > 0)
        {
            _byPopularity.Update(last);
            _byTrend.Update(last);
        }

        Volatile.Write(ref _sequence, sequence);
    }

    private static long Units(MovieStatistics statistics) => (long)(statistics.Sum * StarUnits);

    private IEnumerable<RatedMovie> All() => _statistics.Select(movie => new RatedMovie(movie.Key, movie.Value));
}
