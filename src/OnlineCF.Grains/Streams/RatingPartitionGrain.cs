using System.Runtime.InteropServices;
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
/// <remarks>Maintenance goes on between the turns of delivery, which never waits for it.</remarks>
[ImplicitStreamSubscription(RatingStream.Namespace)]
public sealed partial class RatingPartitionGrain(
    IRatingLog log, IStreamCheckpoints checkpoints, ModelReplica models, MovieFolder folder, TimeProvider time,
    ILogger<RatingPartitionGrain> logger)
    : Grain, IRatingPartitionGrain, IStreamSubscriptionObserver, IAsyncObserver<RatingBatch>
{
    private const int EntriesPerRead = 4096;
    private const int RowsPerRead = 10_000;
    private const int MoviesPerTurn = 64;
    private const int MoviesPerPage = 4096;
    private const int FoldedPerPage = 512;

    private readonly PartitionState _state = new();
    private readonly FoldedMovieTable _folded = new();
    private string _activation = "";

    private int Partition => (int)this.GetPrimaryKeyLong();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _activation = GrainContext.ActivationId.ToString();
        _savedSequence = await PartitionStart.FindAsync(log, checkpoints, Partition, cancellationToken);
        for (var after = 0L; ;)
        {
            var rows = await checkpoints.LoadRowsAsync(Partition, after, RowsPerRead, cancellationToken);
            foreach (var row in rows)
            {
                _state.Load(row);
                RecountWhereNeeded(row.Key);
            }

            if (rows.Count < RowsPerRead)
            {
                break;
            }

            after = rows[^1].Key;
        }

        _state.Sequence = _savedSequence;
        StartMaintenance();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        TryAsync(SaveAsync, new Outage(), cancellationToken);

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
    public Task<StatisticsPage> GetChangesAsync(ChangeMark known)
    {
        var (movies, through) = _state.ChangesAfter(KnownChange(known), MoviesPerPage);
        return Task.FromResult(new StatisticsPage(_state.Sequence, Mark(through), movies, through < _state.LastChange));
    }

    /// <inheritdoc/>
    public Task<FoldedPage> GetFoldedAsync(long version, ChangeMark known)
    {
        if (version != _folded.Version)
        {
            return Task.FromResult(new FoldedPage(known, [], HasMore: false));
        }

        var (movies, through) = _folded.ChangesAfter(KnownChange(known), FoldedPerPage);
        return Task.FromResult(new FoldedPage(Mark(through), movies, through < _folded.LastChange));
    }

    /// <inheritdoc/>
    public Task<MovieTally?> GetMovieAsync(long movieId) => Task.FromResult(_state.Find(movieId));

    private long KnownChange(ChangeMark known) => known.Activation == _activation ? known.Change : 0;

    private ChangeMark Mark(long change) => new(_activation, change);

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
        foreach (var turn in SharesOf(entries).Chunk(MoviesPerTurn))
        {
            var tallies = await Task.WhenAll(turn.Select(share =>
                GrainFactory.GetGrain<IMovieGrain>(share.MovieId).ApplyAsync(_state.Find(share.MovieId), OnArrived(share))));
            for (var i = 0; i < turn.Length; i++)
            {
                OnApplied(turn[i], tallies[i]);
            }
        }

        _state.Sequence = throughSequence;
    }

    private IEnumerable<MovieShare> SharesOf(RatingEntry[] entries)
    {
        var shares = new Dictionary<long, List<RatingEntry>>();
        foreach (var entry in entries)
        {
            if (entry.Sequence > _state.Sequence)
            {
                ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(shares, entry.MovieId, out _);
                (share ??= []).Add(entry);
            }
        }

        return shares.Select(share => new MovieShare(share.Key, [.. share.Value]));
    }

    private void OnApplied(MovieShare share, MovieTally tally)
    {
        if (_state.Set(share.MovieId, tally))
        {
            RecountWhereNeeded(share.MovieId);
            NoticeForFolding(share.MovieId, share.Entries.Length);
        }
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Error, Message = "The stream of partition {Partition} reports an error.")]
    private partial void LogStreamError(int partition, Exception exception);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information,
        Message = "Partition {Partition} catches up from the log, {From} to {To}.")]
    private partial void LogGap(int partition, long from, long to);

    /// <summary>A movie's entries of one batch.</summary>
    private readonly record struct MovieShare(long MovieId, RatingEntry[] Entries);
}
