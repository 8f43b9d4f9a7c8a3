using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Training;

/// <summary>
/// Runs rounds on a thread of its own, one at a time, never in a grain's turn. The thread is joined before
/// the process may end: leaving native code in the middle of a step would crash it.
/// </summary>
public sealed partial class TrainingWorker(
    IModelTrainer trainer, IModelStore store, SiloRoles roles, OnlineCFInstruments instruments, TimeProvider time,
    ILogger<TrainingWorker> logger)
    : IHostedService, IDisposable
{
    private readonly Lock _state = new();
    private readonly SemaphoreSlim _wake = new(0);
    private Thread? _thread;
    private (TrainingRound Round, ITrainingGrain Reports, CancellationTokenSource Cancellation)? _job;
    private bool _stopping;

    /// <summary>What training runs on.</summary>
    public string Device => trainer.Device;

    /// <summary>Whether this silo has the role train.</summary>
    public bool CanTrain => roles.Trains;

    /// <summary>Whether a round runs.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_state)
            {
                return _job is not null;
            }
        }
    }

    /// <summary>Takes a round; false while another one runs, the server stops, or the role is missing.</summary>
    public bool TryStart(TrainingRound round, ITrainingGrain reports)
    {
        lock (_state)
        {
            if (!CanTrain || _job is not null || _stopping || _thread is null)
            {
                return false;
            }

            _job = (round, reports, new CancellationTokenSource());
        }

        _wake.Release();
        return true;
    }

    /// <summary>Ends the running round soon; without one nothing happens.</summary>
    public void Cancel()
    {
        lock (_state)
        {
            _job?.Cancellation.Cancel();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { Name = "training", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_state)
        {
            _stopping = true;
            _job?.Cancellation.Cancel();
        }

        _wake.Release();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _thread?.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        trainer.Dispose();
        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            if (_job is { } job)
            {
                var report = Run(job.Round, job.Reports, job.Cancellation.Token);
                lock (_state)
                {
                    _job = null;
                }

                job.Cancellation.Dispose();
                Send(job.Reports.ReportFinishedAsync(report));
            }

            lock (_state)
            {
                if (_stopping)
                {
                    return;
                }
            }
        }
    }

    private RoundReport Run(TrainingRound round, ITrainingGrain reports, CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        instruments.OnRoundStarted(round.RoundId, trainer.Threads);
        RoundRecord record;
        FactorSnapshot? candidate = null;
        EpochReport? lastEpoch = null;
        try
        {
            var progress = new EpochProgress(report => OnEpoch(round, reports, lastEpoch = report));
            var result = trainer.Train(round.Request, progress, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            candidate = result.Passed ? result.Candidate : null;
            record = RecordOf(round, result, started);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            record = RecordOf(round, RoundOutcome.Cancelled, "The round was cancelled.", lastEpoch, started);
        }
        catch (Exception exception)
        {
            LogFailed(round.RoundId, exception);
            record = RecordOf(round, RoundOutcome.Failed, exception.Message, lastEpoch, started);
        }

        record = Store(record, candidate, round.Epoch);
        instruments.OnRound(record);
        LogEnded(record.RoundId, record.Outcome, record.Version, record.Reason);
        return new RoundReport(record.RoundId, record.Outcome, record.TrainedSequence, record.FullRetrain);
    }

    private void OnEpoch(TrainingRound round, ITrainingGrain reports, EpochReport report)
    {
        instruments.OnEpoch(report);
        var figures = report.Figures;
        Send(reports.ReportEpochAsync(new TrainingEvent(
            0, round.RoundId, report.Epoch, report.Epochs, figures.TrainLoss, figures.ValidationLoss,
            figures.TrainRmse, figures.ValidationRmse, figures.ValidationNdcg10, report.Ratings,
            report.RatingsPerSecond, false)));
    }

    private RoundRecord Store(RoundRecord record, FactorSnapshot? candidate, long epoch)
    {
        // This thread has nothing else to do while the store writes.
        try
        {
            if (candidate is not null)
            {
                return store.PublishAsync(candidate, record, epoch, CancellationToken.None)
                    .AsTask().GetAwaiter().GetResult().Round;
            }

            store.RecordRoundAsync(record, epoch, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return record;
        }
        catch (Exception exception)
        {
            LogFailed(record.RoundId, exception);
            return record with { Outcome = RoundOutcome.Failed, Version = 0, Reason = exception.Message };
        }
    }

    private RoundRecord RecordOf(TrainingRound round, TrainingResult result, DateTimeOffset started) => new()
    {
        RoundId = round.RoundId,
        Outcome = result.Passed ? RoundOutcome.Promoted : RoundOutcome.Rejected,
        Reason = result.Reason,
        StartedAt = started,
        EndedAt = time.GetUtcNow(),
        Epochs = result.Epochs,
        TrainedSequence = result.Candidate.TrainedSequence,
        Ratings = result.Ratings,
        RatingsPerSecond = result.RatingsPerSecond,
        FullRetrain = result.FullRetrain,
        Candidate = result.Figures,
        Serving = result.Serving,
        BiasRmse = result.BiasRmse,
        PopularityNdcg10 = result.PopularityNdcg10,
    };

    // A round without a candidate keeps what its last epoch measured.
    private RoundRecord RecordOf(
        TrainingRound round, RoundOutcome outcome, string reason, EpochReport? last, DateTimeOffset started) => new()
        {
            RoundId = round.RoundId,
            Outcome = outcome,
            Reason = reason,
            StartedAt = started,
            EndedAt = time.GetUtcNow(),
            Epochs = last?.Epoch ?? 0,
            Ratings = last?.Ratings ?? 0,
            RatingsPerSecond = last?.RatingsPerSecond ?? 0,
            FullRetrain = round.Request.FullRetrain,
            Candidate = last?.Figures ?? ModelFigures.None,
            Serving = ModelFigures.None,
            BiasRmse = double.NaN,
            PopularityNdcg10 = double.NaN,
        };

    private void Send(Task report) => report.ContinueWith(
        task => LogUnreported(task.Exception!),
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);

    [LoggerMessage(EventId = 3070, Level = LogLevel.Information,
        Message = "Training round {RoundId} ended: {Outcome} (version {Version}). {Reason}")]
    private partial void LogEnded(long roundId, RoundOutcome outcome, long version, string reason);

    [LoggerMessage(EventId = 3071, Level = LogLevel.Error, Message = "Training round {RoundId} failed.")]
    private partial void LogFailed(long roundId, Exception exception);

    [LoggerMessage(EventId = 3072, Level = LogLevel.Warning, Message = "The training grain could not be told of the round.")]
    private partial void LogUnreported(Exception exception);

    private sealed class EpochProgress(Action<EpochReport> report) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => report(value);
    }
}
