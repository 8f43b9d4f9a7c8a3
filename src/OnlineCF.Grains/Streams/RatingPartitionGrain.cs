using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace OnlineCF.Grains.Streams;

/// <inheritdoc cref="IRatingPartitionGrain"/>
[ImplicitStreamSubscription(RatingStream.Namespace)]
public sealed partial class RatingPartitionGrain(
    IRatingLog log, IStreamCheckpoints checkpoints, ModelReplica models, ILogger<RatingPartitionGrain> logger)
    : Grain, IRatingPartitionGrain, IStreamSubscriptionObserver, IAsyncObserver<RatingBatch>
{
    private const int EntriesPerRead = 2048;
    private const int MoviesPerTurn = 64;
    private static readonly TimeSpan MaintenancePeriod = TimeSpan.FromSeconds(2);

    private PartitionState _state = new();
    private long _savedSequence;
    private long _foldedInVersion;

    private int Partition => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _state = PartitionState.From(await checkpoints.LoadAsync(Partition, cancellationToken));
        _savedSequence = _state.Sequence;
        this.RegisterGrainTimer(MaintainAsync, new() { DueTime = MaintenancePeriod, Period = MaintenancePeriod });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        SaveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<RatingBatch>().ResumeAsync(this);

    /// <inheritdoc/>
    public async Task OnNextAsync(RatingBatch item, StreamSequenceToken? token = null)
    {
        while (_state.Sequence < item.From)
        {
            await CatchUpAsync();
        }

        if (_state.Sequence < item.To)
        {
            await ApplyAsync(item.Entries, item.To);
        }
    }

    /// <inheritdoc/>
    public Task OnErrorAsync(Exception ex)
    {
        LogStreamError(Partition, ex);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<PartitionStatistics> GetStatisticsAsync(long knownSequence) => Task.FromResult(
        new PartitionStatistics(_state.Sequence, knownSequence == _state.Sequence ? null : [.. _state.Movies]));

    private async Task CatchUpAsync()
    {
        var (entries, _) = await log.ReadAsync(_state.Sequence, EntriesPerRead, CancellationToken.None);
        if (entries.Count == 0)
        {
            throw new StoreUnavailableException("The rating log ends before a batch that came from it.");
        }

        LogGap(Partition, _state.Sequence, entries[^1].Sequence);
        await ApplyAsync(
            [.. entries.Where(entry => RatingStream.PartitionOf(entry.MovieId) == Partition)], entries[^1].Sequence);
    }

    // The sequence moves only when every movie has its entries: after a failure the batch comes again, and
    // movies that had theirs ignore them.
    private async Task ApplyAsync(RatingEntry[] entries, long throughSequence)
    {
        var movies = entries.Where(entry => entry.Sequence > _state.Sequence).GroupBy(entry => entry.MovieId);
        foreach (var turn in movies.Chunk(MoviesPerTurn))
        {
            var statistics = await Task.WhenAll(
                turn.Select(movie => GrainFactory.GetGrain<IMovieGrain>(movie.Key).ApplyAsync([.. movie])));
            for (var i = 0; i < turn.Length; i++)
            {
                _state.Set(turn[i].Key, statistics[i]);
            }
        }

        _state.Sequence = throughSequence;
    }

    private async Task MaintainAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SaveAsync(cancellationToken);
            await FoldInNewMoviesAsync();
        }
        catch (StoreUnavailableException exception)
        {
            LogMaintenanceFailed(Partition, exception);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        if (_state.Sequence != _savedSequence)
        {
            var checkpoint = _state.ToCheckpoint();
            await checkpoints.SaveAsync(Partition, checkpoint, cancellationToken);
            _savedSequence = checkpoint.Sequence;
        }
    }

    // A new model starts without the movies that were folded into the one before.
    private async Task FoldInNewMoviesAsync()
    {
        if (models.Current is not { } model || model.Version == _foldedInVersion)
        {
            return;
        }

        var unknown = _state.Movies.Where(movie =>
            movie.Statistics.Count >= MovieGrain.FoldInMinRatings && model.Snapshot.Movies.RowOf(movie.MovieId) < 0);
        foreach (var turn in unknown.Chunk(MoviesPerTurn))
        {
            await Task.WhenAll(turn.Select(movie => GrainFactory.GetGrain<IMovieGrain>(movie.MovieId).FoldInAsync()));
        }

        _foldedInVersion = model.Version;
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "The stream of partition {Partition} reports an error.")]
    private partial void LogStreamError(int partition, Exception exception);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information,
        Message = "Partition {Partition} catches up from the log, {From} to {To}.")]
    private partial void LogGap(int partition, long from, long to);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning,
        Message = "Partition {Partition} could not save its checkpoint; it will try again.")]
    private partial void LogMaintenanceFailed(int partition, Exception exception);
}
