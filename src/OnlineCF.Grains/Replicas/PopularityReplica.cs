using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Telemetry;
using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <summary>All movies' statistics, merged from the partitions every moment.</summary>
public sealed partial class PopularityReplica(
    IGrainFactory grains, IRatingLog log, OnlineCFInstruments instruments, TimeProvider time,
    ILogger<PopularityReplica> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(500);

    private readonly PartitionStatistics?[] _partitions = new PartitionStatistics?[RatingStream.Partitions];
    private readonly ChangeSignal _changed = new();
    private PopularityTable _table = PopularityTable.Empty;

    /// <summary>The latest merge.</summary>
    public PopularityTable Table => Volatile.Read(ref _table);

    /// <summary>Completes when the table changes after this call.</summary>
    public Task Changed => _changed.Next;

    /// <summary>Every rating up to and with this sequence is in <see cref="Table"/>.</summary>
    public long Sequence => Table.Sequence;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(PollPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PollAsync();
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException or Core.StoreUnavailableException)
            {
                LogPollFailed(exception);
            }
        }
    }

    private async Task PollAsync()
    {
        var changed = false;
        for (var partition = 0; partition < _partitions.Length; partition++)
        {
            var known = _partitions[partition];
            var latest = await grains.GetGrain<IRatingPartitionGrain>(partition).GetStatisticsAsync(known?.Sequence ?? -1);
            if (latest.Movies is not null)
            {
                _partitions[partition] = latest;
                changed = true;
            }
        }

        if (changed)
        {
            Volatile.Write(ref _table, PopularityTable.Merge(_partitions));
            _changed.Raise();
        }

        instruments.OnStreamPosition(Math.Max(0, log.KnownSequence - Sequence));
    }

    [LoggerMessage(EventId = 3050, Level = LogLevel.Warning,
        Message = "The movies' statistics could not be read; popular lists may be old.")]
    private partial void LogPollFailed(Exception exception);
}

/// <summary>Movies by popularity and by trend, immutable.</summary>
public sealed class PopularityTable
{
    private readonly Dictionary<long, MovieStatistics> _statistics;
    private readonly float _mean;

    private PopularityTable(long sequence, RatedMovie[] movies)
    {
        Sequence = sequence;
        _statistics = movies.ToDictionary(movie => movie.MovieId, movie => movie.Statistics);
        var (count, sum) = (movies.Sum(movie => (long)movie.Statistics.Count), movies.Sum(movie => movie.Statistics.Sum));
        _mean = count == 0 ? 0 : (float)(sum / count);
        ByPopularity = [.. movies
            .OrderByDescending(movie => movie.Statistics.Liked)
            .ThenByDescending(movie => movie.Statistics.Count)
            .ThenBy(movie => movie.MovieId)];
        ByTrend = [.. movies
            .OrderByDescending(movie => movie.Statistics.TrendLog2)
            .ThenBy(movie => movie.MovieId)];
    }

    /// <summary>No movies.</summary>
    public static PopularityTable Empty { get; } = new(0, []);

    /// <summary>Every rating up to and with this sequence is in.</summary>
    public long Sequence { get; }

    /// <summary>Most often liked first.</summary>
    public RatedMovie[] ByPopularity { get; }

    /// <summary>Most often rated of late first.</summary>
    public RatedMovie[] ByTrend { get; }

    /// <summary>A movie's statistics.</summary>
    public MovieStatistics Of(long movieId) => _statistics.GetValueOrDefault(movieId, MovieStatistics.None);

    /// <summary>The mean of a movie's stars; of all stars where it has none; 0 where there is no rating at all.</summary>
    public float MeanOf(long movieId) => Of(movieId) is { Count: > 0 } statistics ? statistics.Mean : _mean;

    /// <summary>One table from all partitions.</summary>
    public static PopularityTable Merge(IReadOnlyList<PartitionStatistics?> partitions) => new(
        partitions.Min(partition => partition?.Sequence ?? 0),
        [.. partitions.SelectMany(partition => partition?.Movies ?? [])]);
}
