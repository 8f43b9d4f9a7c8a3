using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Telemetry;

/// <content>What is measured of training.</content>
public sealed partial class OnlineCFInstruments
{
    // Each epoch of a round is a series of its own; a longer round shows its latest.
    private const int EpochsShown = 100;

    private Counter<long> _rounds = null!;
    private Counter<long> _divergedRounds = null!;
    private Histogram<double> _roundDuration = null!;
    private EpochReport[] _epochs = [];
    private ModelFigures _lastRound = ModelFigures.None;
    private long _roundId;
    private int _trainingThreads;
    private double _pendingRatings = double.NaN;
    private double _popularityNdcg10 = double.NaN;

    private EpochReport? LatestEpoch => Volatile.Read(ref _epochs) is [.., var latest] ? latest : null;

    /// <summary>When a round starts.</summary>
    /// <param name="roundId">Its id.</param>
    /// <param name="threads">Processor threads that it trains with.</param>
    public void OnRoundStarted(long roundId, int threads)
    {
        Volatile.Write(ref _roundId, roundId);
        Volatile.Write(ref _trainingThreads, threads);
    }

    /// <summary>After an epoch.</summary>
    public void OnEpoch(EpochReport report)
    {
        var before = report.Epoch == 1 ? [] : _epochs.TakeLast(EpochsShown - 1);
        Volatile.Write(ref _epochs, [.. before, report]);
        if (!double.IsFinite(report.Figures.TrainLoss))
        {
            _divergedRounds.Add(1);
        }
    }

    /// <summary>After a round.</summary>
    public void OnRound(RoundRecord round)
    {
        Volatile.Write(ref _trainingThreads, 0);
        if (round.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected)
        {
            Volatile.Write(ref _lastRound, round.Candidate);
            Volatile.Write(ref _popularityNdcg10, round.PopularityNdcg10);
        }

        _rounds.Add(1, Tag("outcome", Name(round.Outcome)));
        _roundDuration.Record(Math.Max(0, (round.EndedAt - round.StartedAt).TotalSeconds));
    }

    /// <summary>Ratings that wait for a round.</summary>
    public void OnPendingRatings(long pending) => Volatile.Write(ref _pendingRatings, pending);

    private void CreateTrainingInstruments()
    {
        _rounds = _meter.CreateCounter<long>("onlinecf_training_rounds_total", null, "Training rounds by outcome.");
        _divergedRounds = _meter.CreateCounter<long>(
            "onlinecf_training_diverged_total", null, "Rounds whose loss was no longer a finite number.");
        _roundDuration = _meter.CreateHistogram(
            "onlinecf_training_round_duration_seconds", "s", "Duration of training rounds.", advice: DurationBuckets);
        SplitGauge("onlinecf_training_loss", "Loss of the latest epoch.", () => LatestEpoch?.Figures, Losses);
        SplitGauge("onlinecf_training_round_loss", "Loss of the candidate of the last round that came to one.",
            () => Volatile.Read(ref _lastRound), Losses);
        SplitGauge("onlinecf_training_rmse", "RMSE of the latest epoch, in stars.",
            () => LatestEpoch?.Figures, figures => (figures.TrainRmse, figures.ValidationRmse));
        Gauges("onlinecf_training_epoch_loss", "Loss of each epoch of the running or last round.",
            () => Volatile.Read(ref _epochs).SelectMany(report => Splits(
                Losses(report.Figures), Tag("epoch", report.Epoch.ToString(CultureInfo.InvariantCulture)))));
        Gauge("onlinecf_training_ndcg_10", "NDCG@10 of the latest epoch on the hold-out.",
            () => LatestEpoch?.Figures.ValidationNdcg10 ?? double.NaN);
        Gauge("onlinecf_training_popularity_ndcg_10", "NDCG@10 of popularity alone on the last round's hold-out.",
            () => Volatile.Read(ref _popularityNdcg10));
        Gauge("onlinecf_training_round", "Id of the running or last round; 0 before the first since the start.", () => Volatile.Read(ref _roundId));
        Gauge("onlinecf_training_epoch", "Latest epoch of the running or last round.", () => LatestEpoch?.Epoch ?? 0);
        Gauge("onlinecf_training_threads", "Processor threads that the running round trains with; 0 between rounds.",
            () => Volatile.Read(ref _trainingThreads));
        Gauge("onlinecf_training_ratings_per_second", "Ratings trained per second in the latest epoch.",
            () => LatestEpoch?.RatingsPerSecond ?? double.NaN);
        Gauge("onlinecf_training_pending_ratings", "Ratings in the log that no round has read.",
            () => Volatile.Read(ref _pendingRatings));
    }

    private void SplitGauge(
        string name, string description, Func<ModelFigures?> observe, Func<ModelFigures, (double Train, double Validation)> splits) =>
        Gauges(name, description, () => observe() is { } figures ? Splits(splits(figures)) : []);

    private static (double Train, double Validation) Losses(ModelFigures figures) => (figures.TrainLoss, figures.ValidationLoss);

    private static IEnumerable<Measurement<double>> Splits(
        (double Train, double Validation) figures, params KeyValuePair<string, object?>[] tags) =>
        [new(figures.Train, [Tag("split", "train"), .. tags]), new(figures.Validation, [Tag("split", "validation"), .. tags])];

    private static string Name(RoundOutcome outcome) => outcome switch
    {
        RoundOutcome.Promoted => "promoted",
        RoundOutcome.Rejected => "rejected",
        RoundOutcome.Failed => "failed",
        RoundOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException(),
    };
}
