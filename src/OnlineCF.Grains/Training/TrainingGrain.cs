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
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestErasedPeriod = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TickPeriod = TimeSpan.FromMilliseconds(500);

    private readonly TrainingSchedule _schedule = new(options);
    private readonly TrainingEvents _events = new();
    private readonly Outage _outage = new();
    private readonly GrowingPause _pause = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    // 0 until this activation first needs one: then every older activation's round is cut off.
    private long _term;
    private long _lastRoundId;
    private long _runningRoundId;
    private DateTimeOffset _lastLookForErased;

    private long PendingRatings => Math.Max(0, log.KnownSequence - _schedule.TrainedSequence);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await ResumeAsync(cancellationToken);
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

        if (_term == 0)
        {
            await AcquireTermAsync();
            await ResumeAsync(CancellationToken.None);
        }

        await models.RefreshAsync(CancellationToken.None);
        var serving = models.Current?.Snapshot;
        var full = fullRetrain || _schedule.NextIsFull(serving is not null, log.KnownSequence);
        var request = new TrainingRequest(serving, full) { ServingLead = await LeadOfServingAsync() };
        var round = new TrainingRound(
            _lastRoundId + 1, _term, await store.GetServingVersionAsync(CancellationToken.None),
            await store.GetBestVersionAsync(CancellationToken.None), request);
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
    public Task<long?> CancelAsync() =>
        Task.FromResult<long?>(_runningRoundId != 0 && worker.Cancel() ? _runningRoundId : null);

    /// <inheritdoc/>
    public Task<TrainingStatus> GetStatusAsync() => Task.FromResult(new TrainingStatus(
        _runningRoundId, _events.LatestEpoch, PendingRatings, log.KnownSequence, worker.Device,
        GrainContext.Address.SiloAddress!.Endpoint.ToString()));

    /// <inheritdoc/>
    public async Task<RollbackOutcome> RollbackAsync(long version)
    {
        var kept = await store.ListModelsAsync(CancellationToken.None);
        if (kept.All(model => model.Version != version))
        {
            return new RollbackOutcome(RollbackResult.NotFound, new ModelNotFoundException(version).Message);
        }

        // The candidate of the running round was not measured against this version. Cancelling spares its work; what
        // keeps it from being published, however far it has come, is the new term.
        worker.Cancel();
        await AcquireTermAsync();
        try
        {
            await store.ServeAsync(version, _term, CancellationToken.None);
        }
        catch (ModelNotFoundException exception)
        {
            return new RollbackOutcome(RollbackResult.NotFound, exception.Message);
        }
        catch (CorruptSnapshotException exception)
        {
            return new RollbackOutcome(RollbackResult.Corrupt, exception.Message);
        }
        catch (StaleTermException exception)
        {
            OnTermLost();
            throw new StoreUnavailableException("Another trainer has just taken over; the same call may succeed now.", exception);
        }

        await broadcast.RefreshModelAsync();
        LogRolledBack(version);
        return new RollbackOutcome(RollbackResult.Serving, "");
    }

    /// <inheritdoc/>
    public async Task<TrainingEvent[]> WaitForEventsAsync(long afterNumber, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (_events.Latest <= afterNumber)
        {
            using var expiry = new CancellationTokenSource(timeout, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
            await _events.Changed.WaitAsync(end.Token).ConfigureAwait(
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
                await broadcast.RefreshModelAsync();
            }
        }
        finally
        {
            // Whoever waits for the round finds its model serving.
            _runningRoundId = 0;
            _events.AddFinished(report.RoundId);
        }

        // A rollback takes a new term too; then this activation has it.
        if (report.LostTerm != 0 && report.LostTerm == _term)
        {
            OnTermLost();
        }

        await ForgetErasedAsync();
    }

    private static TimeSpan ErasedPeriod(TrainingOptions options) =>
        options.ErasureWithin / 4 < LongestErasedPeriod ? options.ErasureWithin / 4 : LongestErasedPeriod;

    private async Task AcquireTermAsync() => _term = await store.AcquireTermAsync(CancellationToken.None);

    // Another activation trains. This one goes, so that calls find the other, or a new one that takes a new term.
    private void OnTermLost()
    {
        LogTermLost(_term);
        _term = 0;
        DeactivateOnIdle();
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var rounds = await store.ListRoundsAsync(options.FullRetrainEvery, cancellationToken);
        if (rounds.Count == 0)
        {
            return;
        }

        _lastRoundId = Math.Max(_lastRoundId, rounds.Max(round => round.RoundId));
        RoundRecord[] learnt = [.. rounds.Where(round => round.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected)];
        var trained = learnt.Select(round => round.TrainedSequence).DefaultIfEmpty(0).Max();
        var end = await log.ReadEndAsync(cancellationToken);
        if (trained > end)
        {
            // Models of another log, put beside this one, say nothing of what is still to be learnt: all of it is.
            LogLogIsShorter(trained, end);
            return;
        }

        _schedule.Resume(
            trained,
            learnt.Where(round => round.FullRetrain).Select(round => round.TrainedSequence).FirstOrDefault(),
            learnt.TakeWhile(round => !round.FullRetrain).Count());
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        instruments.OnPendingRatings(PendingRatings);
        _schedule.OnLook(now, log.KnownSequence);
        if (!_pause.IsOver(now))
        {
            return;
        }

        try
        {
            await LookAfterRoundsAsync(now, cancellationToken);
            _pause.OnSuccess();
            if (_outage.IsOver())
            {
                LogStoreBack();
            }
        }
        catch (Exception exception)
        {
            _pause.OnFailure(now);
            if (_outage.IsNews(exception))
            {
                LogStoreAway(exception);
            }
        }
    }

    private async Task LookAfterRoundsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // A report that was lost on its way must not keep the next round from starting.
        if (_runningRoundId != 0 && worker.ReportOf(_runningRoundId) is { } report)
        {
            await ReportFinishedAsync(report);
        }

        if (worker.HasUnrecorded)
        {
            worker.Record();
        }

        // A partition that was behind when the round ended has come on since.
        if (_runningRoundId == 0 && _schedule.TrainedSequence > 0 && (now - _lastLookForErased).Duration() >= ErasedPeriod(options))
        {
            _schedule.OnErased(now, await log.ReadLastErasureAsync(cancellationToken), isOld: _lastLookForErased == default);
            _lastLookForErased = now;
            await ForgetErasedAsync();
        }

        if (_runningRoundId == 0 && _schedule.IsDue(now, log.KnownSequence))
        {
            await StartAsync(fullRetrain: false);
        }

        if (_runningRoundId == 0 && _schedule.IsDueForErasure(now))
        {
            await StartAsync(fullRetrain: true);
        }
    }

    private async Task<BaselineLead?> LeadOfServingAsync()
    {
        var records = await store.ListModelsAsync(CancellationToken.None);
        return records.FirstOrDefault(record => record.Serving)?.Round is { } round
            ? BaselineLead.Of(round.Candidate, round.BiasRmse, round.PopularityNdcg10)
            : null;
    }

    // Every partition and the trainer have passed the erasure: its traces may go too, and the models from before it once
    // everything has been trained anew.
    private async Task ForgetErasedAsync()
    {
        try
        {
            var through = _schedule.TrainedSequence;
            for (var partition = 0; partition < RatingStream.Partitions; partition++)
            {
                through = Math.Min(through, await checkpoints.LoadSequenceAsync(partition, CancellationToken.None));
            }

            await log.ForgetErasedAsync(through, CancellationToken.None);
            var forgotten = (await log.ReadAsync(log.KnownSequence, 1, CancellationToken.None)).ForgottenThrough;
            if (_schedule.FullSequence >= forgotten)
            {
                await store.DropTrainedBeforeAsync(forgotten, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException exception)
        {
            LogNotForgotten(exception);
        }
    }
}
