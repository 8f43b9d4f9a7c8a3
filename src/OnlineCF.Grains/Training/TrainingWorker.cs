using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Training;

/// <summary>
/// Runs rounds on a thread of its own, one at a time, never in a grain's turn. The thread is joined before
/// the process may end: leaving native code in the middle of a step would crash it.
/// </summary>
public sealed partial class TrainingWorker(
    RoundRunner runner, RoundArchive archive, IModelTrainer trainer, SiloRoles roles, OnlineCFInstruments instruments,
    ILogger<TrainingWorker> logger)
    : IHostedService, IDisposable
{
    private readonly Lock _state = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Thread? _thread;
    private Job? _job;
    private RoundReport? _latest;
    private bool _stopping;

    /// <summary>What training runs on.</summary>
    public string Device => runner.Device;

    /// <summary>Whether this silo has the role train.</summary>
    public bool CanTrain => roles.Trains;

    /// <summary>Whether the record of a round waits until the model store can take it.</summary>
    public bool HasUnrecorded => archive.HasWaiting;

    /// <summary>The report of a round, if it is the latest that has ended here; its message may have been lost.</summary>
    public RoundReport? ReportOf(long roundId)
    {
        lock (_state)
        {
            return _job is null && _latest?.RoundId == roundId ? _latest : null;
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

            _job = new Job(round, reports);
        }

        _wake.Release();
        return true;
    }

    /// <summary>Ends the running round soon.</summary>
    /// <returns>Whether it did: then nothing of that round will be published. False where none runs, or it is just being concluded.</returns>
    public bool Cancel()
    {
        lock (_state)
        {
            return _job is { } job && job.TryCancel();
        }
    }

    /// <summary>Tries again to record the rounds that wait for it.</summary>
    public void Record() => _wake.Release();

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
            _job?.TryCancel();
        }

        if (_thread is null)
        {
            return;
        }

        _wake.Release();
        await _ended.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_ended.Task.IsCompleted)
        {
            LogStillRunning();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A thread that has not ended still uses both.
        if (_thread is null || _ended.Task.IsCompleted)
        {
            trainer.Dispose();
            _wake.Dispose();
        }
    }

    private void Run()
    {
        var reports = new OrderedReports(LogUnreported);
        while (true)
        {
            _wake.Wait();
            if (_job is { } job)
            {
                RunJob(job, reports);
            }
            else
            {
                archive.TryWrite();
            }

            lock (_state)
            {
                if (_stopping)
                {
                    break;
                }
            }
        }

        _ended.SetResult();
    }

    private void RunJob(Job job, OrderedReports reports)
    {
        var report = runner.Run(job.Round, OnEpoch, TryConclude, job.Cancellation);
        lock (_state)
        {
            (_job, _latest) = (null, report);
        }

        job.Dispose();
        reports.Send(() => job.Reports.ReportFinishedAsync(report));

        void OnEpoch(EpochReport epoch)
        {
            instruments.OnEpoch(epoch);
            reports.Send(() => job.Reports.ReportEpochAsync(TrainingEvent.Of(job.Round.RoundId, epoch)));
        }

        bool TryConclude()
        {
            lock (_state)
            {
                return job.TryConclude();
            }
        }
    }

    [LoggerMessage(EventId = 3072, Level = LogLevel.Warning,
        Message = "The training grain could not be told of the round; it will ask.")]
    private partial void LogUnreported(Exception exception);

    [LoggerMessage(EventId = 3074, Level = LogLevel.Warning, Message = "The training thread has not ended in time; the process ends around it.")]
    private partial void LogStillRunning();

    /// <summary>The round that runs; either it is cancelled or it is concluded. Guarded by the worker's lock.</summary>
    private sealed class Job(TrainingRound round, ITrainingGrain reports) : IDisposable
    {
        private readonly CancellationTokenSource _cancellation = new();
        private bool _concluded;

        public TrainingRound Round => round;

        public ITrainingGrain Reports => reports;

        public CancellationToken Cancellation => _cancellation.Token;

        public bool TryCancel()
        {
            if (!_concluded)
            {
                _cancellation.Cancel();
            }

            return !_concluded;
        }

        public bool TryConclude() => _concluded = !_cancellation.IsCancellationRequested;

        public void Dispose() => _cancellation.Dispose();
    }
}
