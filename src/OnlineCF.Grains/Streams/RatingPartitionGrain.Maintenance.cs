using Microsoft.Extensions.Logging;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Streams;

/// <summary>What a partition does beside delivery. Each step is bounded; one that fails goes on where it was.</summary>
public sealed partial class RatingPartitionGrain
{
    private const int RowsPerCommit = 2048;
    private const int FoldsPerStep = 256;
    private const int MoviesPerScan = 4096;
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RecountPeriod = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FoldPeriod = TimeSpan.FromSeconds(1);

    // A tenth of the time: whatever else the silo does goes first.
    private static readonly TimeSpan FoldBudget = TimeSpan.FromMilliseconds(100);

    private readonly Queue<long> _recounts = [];
    private readonly HashSet<long> _inRecounts = [];
    private readonly List<RatingEntry> _arrivedInRecount = [];
    private long _savedSequence;
    private bool _isSaving;

    private void StartMaintenance()
    {
        Every(SavePeriod, SaveAsync);
        Every(RecountPeriod, RecountAsync);
        Every(FoldPeriod, FoldInAsync);
    }

    private void Every(TimeSpan period, Func<CancellationToken, Task> step)
    {
        var outage = new Outage();
        this.RegisterGrainTimer(
            cancellationToken => TryAsync(step, outage, cancellationToken),
            new GrainTimerCreationOptions { DueTime = period, Period = period, Interleave = true });
    }

    private async Task TryAsync(Func<CancellationToken, Task> step, Outage outage, CancellationToken cancellationToken)
    {
        try
        {
            await step(cancellationToken);
            if (outage.IsOver())
            {
                LogMaintained(Partition);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (outage.IsNews(exception))
            {
                LogMaintenanceFailed(Partition, exception);
            }
        }
    }

    // Rows may be ahead of the saved sequence, so that many of them go in several commits, none of which is long.
    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        var sequence = _state.Sequence;
        if (_isSaving || (sequence == _savedSequence && _state.Unsaved == 0))
        {
            return;
        }

        var (rows, saved) = (_state.TakeUnsaved(), 0);
        _isSaving = true;
        try
        {
            while (rows.Count - saved > RowsPerCommit)
            {
                await SaveAsync(_savedSequence, rows.GetRange(saved, RowsPerCommit), cancellationToken);
                saved += RowsPerCommit;
            }

            await SaveAsync(sequence, rows.GetRange(saved, rows.Count - saved), cancellationToken);
            (saved, _savedSequence) = (rows.Count, sequence);
        }
        finally
        {
            _state.GiveBack(rows.Skip(saved));
            _isSaving = false;
        }
    }

    private async Task SaveAsync(long sequence, List<StreamRow> rows, CancellationToken cancellationToken)
    {
        if (!await checkpoints.SaveAsync(Partition, new StreamCheckpoint(sequence, rows), cancellationToken))
        {
            // Another activation has come further: this one begins anew from what it saved.
            LogOvertaken(Partition);
            DeactivateOnIdle();
        }
    }

    private void RecountWhereNeeded(long movieId)
    {
        if (_state.Find(movieId) is { MustRecount: true } && _inRecounts.Add(movieId))
        {
            _recounts.Enqueue(movieId);
        }
    }

    // What arrives while the movie's ratings are read may be missing from them.
    private RatingEntry[] OnArrived(MovieShare share)
    {
        if (_recounts.TryPeek(out var movieId) && movieId == share.MovieId)
        {
            _arrivedInRecount.AddRange(share.Entries);
        }

        return share.Entries;
    }

    private async Task RecountAsync(CancellationToken cancellationToken)
    {
        while (_recounts.TryPeek(out var movieId))
        {
            _arrivedInRecount.Clear();
            var through = Math.Max(log.KnownSequence, _state.Sequence);
            var counted = await folder.CountAsync(movieId, through, cancellationToken);
            _state.Replace(movieId, counted.With([.. _arrivedInRecount]));
            _recounts.Dequeue();
            _inRecounts.Remove(movieId);
            RecountWhereNeeded(movieId);

            // Vectors made from what was erased go too.
            NoticeForFolding(movieId, Math.Max(1, counted.Count));
        }
    }

    private void NoticeForFolding(long movieId, int entries)
    {
        if (models.Current is { } model && model.Version == _folded.Version && model.Snapshot.Movies.RowOf(movieId) < 0)
        {
            _folded.OnRated(movieId, _state.Find(movieId)!.Count, entries);
        }
    }

    private async Task FoldInAsync(CancellationToken cancellationToken)
    {
        if (models.Current is not { } model)
        {
            return;
        }

        if (model.Version != _folded.Version)
        {
            await RestartFoldingAsync(model);
        }

        var (started, folded) = (time.GetTimestamp(), new List<long>());
        try
        {
            while (folded.Count < FoldsPerStep && time.GetElapsedTime(started) < FoldBudget
                && _folded.TryPeek(out var movieId))
            {
                _folded.OnFolding(movieId);
                _folded.OnFolded(movieId, await folder.FoldAsync(model, movieId, cancellationToken));
                folded.Add(movieId);
            }
        }
        finally
        {
            _folded.Publish(folded);
        }
    }

    // A new model starts without the movies that were folded into the one before.
    private async Task RestartFoldingAsync(ServingModel model)
    {
        _folded.Restart(model.Version);
        long[] movieIds = [.. _state.MovieIds];
        foreach (var some in movieIds.Chunk(MoviesPerScan))
        {
            foreach (var movieId in some)
            {
                if (model.Snapshot.Movies.RowOf(movieId) < 0)
                {
                    _folded.OnRated(movieId, _state.Find(movieId)!.Count, entries: 0);
                }
            }

            await Task.Yield();
        }
    }

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning,
        Message = "Partition {Partition} could not keep its books; it will try again.")]
    private partial void LogMaintenanceFailed(int partition, Exception exception);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Information, Message = "Partition {Partition} keeps its books again.")]
    private partial void LogMaintained(int partition);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning,
        Message = "Another subscriber of partition {Partition} has come further; this one begins anew from there.")]
    private partial void LogOvertaken(int partition);
}
