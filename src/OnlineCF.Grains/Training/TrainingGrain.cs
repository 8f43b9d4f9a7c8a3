using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Training;

/// <inheritdoc cref="ITrainingGrain"/>
[KeepAlive]
public sealed partial class TrainingGrain(
    IRatingLog log, IModelStore store, IStreamCheckpoints checkpoints, ModelReplica models,
    ReplicaBroadcast broadcast, TrainingWorker worker, TrainingOptions options, OnlineCFInstruments instruments,
    TimeProvider time, ILogger<TrainingGrain> logger)
    : Grain, ITrainingGrain, IRemindable
{
    private const string WakeReminder = "wake";
    private const int LostAfterTicks = 60;
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(500);

    private readonly TrainingSchedule _schedule = new(options);
    private readonly TrainingEvents _events = new();
    private long _epoch;
    private long _lastRoundId;
    private long _runningRoundId;
    private int _idleTicks;

    private long PendingRatings => Math.Max(0, log.KnownSequence - _schedule.TrainedSequence);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _epoch = await store.AcquireEpochAsync(cancellationToken);
        var rounds = await store.ListRoundsAsync(options.FullRetrainEvery, cancellationToken);
        if (rounds.Count > 0)
        {
            _lastRoundId = rounds[0].RoundId;
            await ResumeScheduleAsync(rounds, cancellationToken);
        }

        await this.RegisterOrUpdateReminder(WakeReminder, ReminderPeriod, ReminderPeriod, cancellationToken);
        this.RegisterGrainTimer(TickAsync, new() { DueTime = TickPeriod, Period = TickPeriod, KeepAlive = true });
    }

    /// <inheritdoc/>
    public Task ReceiveReminder(string reminderName, Orleans.Runtime.TickStatus status) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task WakeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task<StartOutcome> StartAsync(bool fullRetrain)
    {
        if (_runningRoundId != 0)
        {
            return new StartOutcome(StartResult.AlreadyRunning, _runningRoundId);
        }

        if (log.KnownSequence == 0)
        {
            return new StartOutcome(StartResult.NothingToTrain, 0);
        }

        await models.RefreshAsync(CancellationToken.None);
        var serving = models.Current?.Snapshot;
        var full = fullRetrain || _schedule.NextIsFull(serving is not null, log.KnownSequence);
        var request = new TrainingRequest(serving, full) { ServingLead = await LeadOfServingAsync() };
        var round = new TrainingRound(_lastRoundId + 1, _epoch, request);
        if (!worker.TryStart(round, this.AsReference<ITrainingGrain>()))
        {
            return new StartOutcome(StartResult.NoTrainer, 0);
        }

        _runningRoundId = _lastRoundId = round.RoundId;
        _schedule.OnStarted(time.GetUtcNow());
        _events.Restart();
        LogStarted(round.RoundId, full ? "from scratch" : "from the serving model", PendingRatings);
        return new StartOutcome(StartResult.Started, round.RoundId);
    }

    /// <inheritdoc/>
    public Task<long?> CancelAsync()
    {
        long? running = _runningRoundId == 0 ? null : _runningRoundId;
        worker.Cancel();
        return Task.FromResult(running);
    }

    /// <inheritdoc/>
    public Task<TrainingStatus> GetStatusAsync() => Task.FromResult(new TrainingStatus(
        _runningRoundId, _events.LatestEpoch, PendingRatings, log.KnownSequence, worker.Device));

    /// <inheritdoc/>
    public async Task<RollbackOutcome> RollbackAsync(long version)
    {
        // First, so that the running round's candidate, which was not measured against this version, is not published after it.
        worker.Cancel();
        try
        {
            await store.ServeAsync(version, _epoch, CancellationToken.None);
        }
        catch (ModelNotFoundException exception)
        {
            return new RollbackOutcome(RollbackResult.NotFound, exception.Message);
        }
        catch (CorruptSnapshotException exception)
        {
            return new RollbackOutcome(RollbackResult.Corrupt, exception.Message);
        }

        await broadcast.RefreshAsync();
        LogRolledBack(version);
        return new RollbackOutcome(RollbackResult.Serving, "");
    }

    /// <inheritdoc/>
    public async Task<TrainingEvent[]> WaitForEventsAsync(long afterNumber, TimeSpan timeout)
    {
        if (_events.Latest <= afterNumber)
        {
            using var expiry = new CancellationTokenSource(timeout, time);
            await _events.Changed.WaitAsync(expiry.Token).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        return _events.After(afterNumber);
    }

    /// <inheritdoc/>
    public Task ReportEpochAsync(TrainingEvent report)
    {
        if (report.RoundId == _runningRoundId)
        {
            _events.Add(report);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ReportFinishedAsync(RoundReport report)
    {
        if (report.RoundId != _runningRoundId)
        {
            return;
        }

        _schedule.OnFinished(report, time.GetUtcNow());
        try
        {
            if (report.Outcome == RoundOutcome.Promoted)
            {
                await broadcast.RefreshAsync();
            }
        }
        finally
        {
            // Whoever waits for the round finds its model serving.
            End(report.RoundId);
        }

        await ForgetErasedAsync();
    }

    // Models of another log, put beside this one, say nothing of what is still to be learnt: all of it is.
    private async Task ResumeScheduleAsync(IReadOnlyList<RoundRecord> rounds, CancellationToken cancellationToken)
    {
        var end = await log.ReadEndAsync(cancellationToken);
        var trained = rounds.Max(round => round.TrainedSequence);
        if (trained > end)
        {
            LogLogIsShorter(trained, end);
            return;
        }

        _schedule.Resume(
            trained,
            rounds.Where(round => round.FullRetrain).Select(round => round.TrainedSequence).FirstOrDefault(),
            rounds.TakeWhile(round => !round.FullRetrain).Count());
    }

    private void End(long roundId)
    {
        _runningRoundId = 0;
        _events.AddFinished(roundId);
    }

    // A report of the worker that was lost on its way must not keep the next round from starting.
    private void EndIfLost()
    {
        _idleTicks = _runningRoundId != 0 && !worker.IsBusy ? _idleTicks + 1 : 0;
        if (_idleTicks > LostAfterTicks)
        {
            LogLost(_runningRoundId);
            End(_runningRoundId);
        }
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        EndIfLost();
        instruments.OnPendingRatings(PendingRatings);
        try
        {
            if (worker.CanTrain && _runningRoundId == 0 && _schedule.IsDue(time.GetUtcNow(), log.KnownSequence))
            {
                await StartAsync(fullRetrain: false);
            }
        }
        catch (StoreUnavailableException exception)
        {
            LogStoreAway(exception);
        }
    }

    private async Task<BaselineLead?> LeadOfServingAsync()
    {
        var records = await store.ListModelsAsync(CancellationToken.None);
        return records.FirstOrDefault(record => record.Serving)?.Round is { } round
            ? BaselineLead.Of(round.Candidate, round.BiasRmse, round.PopularityNdcg10)
            : null;
    }

    // Every partition and the trainer have passed the erasure: its traces may go too.
    private async Task ForgetErasedAsync()
    {
        var through = _schedule.TrainedSequence;
        for (var partition = 0; partition < RatingStream.Partitions; partition++)
        {
            var checkpoint = await checkpoints.LoadAsync(partition, CancellationToken.None);
            through = Math.Min(through, checkpoint?.Sequence ?? 0);
        }

        await log.ForgetErasedAsync(through, CancellationToken.None);
    }

    [LoggerMessage(EventId = 3060, Level = LogLevel.Information,
        Message = "Training round {RoundId} starts {From} with {Pending} new ratings.")]
    private partial void LogStarted(long roundId, string from, long pending);

    [LoggerMessage(EventId = 3061, Level = LogLevel.Information, Message = "Model {Version} serves, as somebody asked for.")]
    private partial void LogRolledBack(long version);

    [LoggerMessage(EventId = 3062, Level = LogLevel.Warning, Message = "No round can start: the store is away.")]
    private partial void LogStoreAway(Exception exception);

    [LoggerMessage(EventId = 3064, Level = LogLevel.Warning,
        Message = "Training round {RoundId} has ended, but its report was lost; what it published serves all the same.")]
    private partial void LogLost(long roundId);

    [LoggerMessage(EventId = 3063, Level = LogLevel.Warning,
        Message = "Rounds were trained up to sequence {Trained}, but the rating log ends at {Last}: it is another one, or a part of it is gone. "
            + "The next round trains on all of it, from scratch.")]
    private partial void LogLogIsShorter(long trained, long last);
}
