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
    IRatingLog log, IStreamCheckpoints checkpoints, ModelReplica models, MovieFolder folder,
    KeyedGrains<IMovieGrain> movies, TimeProvider time,
    ILogger<RatingPartitionGrain> logger)
    : Grain, IRatingPartitionGrain, IStreamSubscriptionObserver, IAsyncObserver<RatingBatch>
{
    private const int EntriesPerRead = 32_768;
    private const int RowsPerRead = 10_000;
    private const int MoviesPerTurn = 256;
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
                movies.Get(share.MovieId).ApplyAsync(_state.Find(share.MovieId), OnArrived(share))));
            for (var i = 0; i < turn.Length; i++)
            {
                OnApplied(turn[i], tallies[i]);
            }
        }

        _state.Sequence = throughSequence;
    }

    // Counted first, so that each movie's array is made once.
    private MovieShare[] SharesOf(RatingEntry[] entries)
    {
        var start = Array.FindIndex(entries, entry => entry.Sequence > _state.Sequence);
        var arrived = start < 0 ? [] : entries.AsSpan(start);
        var (counts, shareOfMovie) = (new List<int>(), new Dictionary<long, int>());
        foreach (var entry in arrived)
        {
            ref var share = ref CollectionsMarshal.GetValueRefOrAddDefault(shareOfMovie, entry.MovieId, out var known);
            if (!known)
            {
                share = counts.Count;
                counts.Add(0);
            }

            CollectionsMarshal.AsSpan(counts)[share]++;
        }

        var shares = new MovieShare[counts.Count];
        var filled = new int[counts.Count];
        foreach (var entry in arrived)
        {
            var share = shareOfMovie[entry.MovieId];
            if (filled[share] == 0)
            {
                shares[share] = new MovieShare(entry.MovieId, new RatingEntry[counts[share]]);
            }

            shares[share].Entries[filled[share]++] = entry;
        }

        return shares;
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
