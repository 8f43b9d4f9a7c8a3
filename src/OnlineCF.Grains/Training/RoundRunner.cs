using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Training;

/// <summary>
/// Carries a round out on the thread that calls: trains, publishes what passed, and records what became of it. Whatever
/// happens there is a report.
/// </summary>
public sealed partial class RoundRunner(
    IModelTrainer trainer, IModelStore store, RoundArchive archive, OnlineCFInstruments instruments, TimeProvider time,
    ILogger<RoundRunner> logger)
{
    /// <summary>What training runs on.</summary>
    public string Device => trainer.Device;

    /// <summary>Carries the round out.</summary>
    /// <param name="round">The round.</param>
    /// <param name="onEpoch">Told after each epoch.</param>
    /// <param name="tryConclude">Asked once there is a candidate: false where the round has been cancelled; once it has answered true, cancelling comes too late.</param>
    /// <param name="cancellationToken">Cancels the round.</param>
    public RoundReport Run(
        TrainingRound round, Action<EpochReport> onEpoch, Func<bool> tryConclude, CancellationToken cancellationToken)
    {
        var records = new RoundRecords(round, time.GetUtcNow(), time);
        Ending ending;
        try
        {
            instruments.OnRoundStarted(round.RoundId, trainer.Threads);
            var progress = new EpochProgress(report =>
            {
                records.OnEpoch(report);
                onEpoch(report);
            });
            var result = trainer.Train(WithBest(round), progress, cancellationToken);
            ending = tryConclude()
                ? Conclude(round, result, records)
                : new Ending(records.Of(result, RoundOutcome.Cancelled, "The round was cancelled."));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ending = new Ending(records.Of(RoundOutcome.Cancelled, "The round was cancelled."));
        }
        catch (Exception exception)
        {
            LogFailed(round.RoundId, exception);
            ending = new Ending(records.Of(RoundOutcome.Failed, exception.Message), StoreAway: exception is StoreUnavailableException);
        }

        var record = ending.Record;
        if (record.Outcome != RoundOutcome.Promoted)
        {
            archive.Add(record);
        }

        instruments.OnRound(record);
        LogEnded(record.RoundId, record.Outcome, record.Version, record.Reason);
        return new RoundReport(record.RoundId, record.Outcome, TrainedSequenceOf(record), record.FullRetrain)
        {
            LostTerm = ending.LostTerm ? round.Term : 0,
            StoreAway = ending.StoreAway,
        };
    }

    private Ending Conclude(TrainingRound round, TrainingResult result, RoundRecords records)
    {
        if (!result.Passed)
        {
            return new Ending(records.Of(result, RoundOutcome.Rejected, result.Reason));
        }

        try
        {
            var record = records.Of(result, RoundOutcome.Promoted, result.Reason);
            var publication = new Publication(result.Candidate, record, round.ServingVersion, result.IsBest);

            // This thread has nothing else to do while the store writes.
            return new Ending(store.PublishAsync(publication, round.Term, CancellationToken.None).AsTask().GetAwaiter().GetResult().Round);
        }
        catch (Exception exception) when (exception is StaleTermException or ServingVersionChangedException)
        {
            var reason = $"The round was cancelled by a rollback or by another trainer. {exception.Message}";
            return new Ending(records.Of(result, RoundOutcome.Cancelled, reason), LostTerm: exception is StaleTermException);
        }
        catch (Exception exception)
        {
            LogFailed(round.RoundId, exception);
            var reason = $"The candidate could not be published. {exception.Message}";
            return new Ending(records.Of(result, RoundOutcome.Failed, reason), StoreAway: exception is StoreUnavailableException);
        }
    }

    // A trainer that has just started does not remember the best candidate.
    private TrainingRequest WithBest(TrainingRound round)
    {
        if (round.BestVersion == 0 || round.BestVersion == round.Request.Serving?.Version)
        {
            return round.Request;
        }

        try
        {
            var best = store.LoadAsync(round.BestVersion, SnapshotParts.Movies, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return round.Request with { Best = best };
        }
        catch (Exception exception) when (exception is CorruptSnapshotException or ModelNotFoundException)
        {
            LogNoBest(round.BestVersion, exception.Message);
            return round.Request;
        }
    }

    // What is not published is not learnt: its ratings are left to the next round.
    private static long TrainedSequenceOf(RoundRecord record) =>
        record.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected ? record.TrainedSequence : 0;

    [LoggerMessage(EventId = 3070, Level = LogLevel.Information,
        Message = "Training round {RoundId} ended: {Outcome} (version {Version}). {Reason}")]
    private partial void LogEnded(long roundId, RoundOutcome outcome, long version, string reason);

    [LoggerMessage(EventId = 3071, Level = LogLevel.Error, Message = "Training round {RoundId} failed.")]
    private partial void LogFailed(long roundId, Exception exception);

    [LoggerMessage(EventId = 3073, Level = LogLevel.Warning,
        Message = "The best model so far, version {Version}, cannot be read; candidates are measured against the one that serves. {Reason}")]
    private partial void LogNoBest(long version, string reason);

    private sealed record Ending(RoundRecord Record, bool LostTerm = false, bool StoreAway = false);

    private sealed class EpochProgress(Action<EpochReport> report) : IProgress<EpochReport>
    {
        public void Report(EpochReport value) => report(value);
    }
}
