using System.Diagnostics;
using System.Diagnostics.Metrics;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Telemetry;

/// <summary>Everything this silo measures, behind verbs. Names are the product's contract.</summary>
public sealed class OnlineCFInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "OnlineCF";

    private static readonly InstrumentAdvice<double> LatencyBuckets = new()
    {
        HistogramBucketBoundaries =
            [.. Enumerable.Range(0, 20).Select(step => Math.Round(20e-6 * Math.Pow(2, step), 6))],
    };

    private static readonly InstrumentAdvice<double> DurationBuckets = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 3600],
    };

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Counter<long> _rounds;
    private readonly Histogram<double> _roundDuration;
    private readonly Histogram<double> _modelPropagation;
    private readonly Counter<long> _ratingsReceived;
    private readonly Histogram<double> _ackDuration;
    private readonly Histogram<double> _recommendDuration;
    private readonly Counter<long> _recommendations;
    private EpochReport? _epoch;
    private (long Version, DateTimeOffset TrainedAt) _model;
    private long _streamLag;
    private double _pendingRatings = double.NaN;
    private double _popularityNdcg10 = double.NaN;

    /// <summary>Creates the instruments.</summary>
    public OnlineCFInstruments(IMeterFactory meters, TimeProvider time)
    {
        _meter = meters.Create(MeterName);
        _time = time;
        _rounds = _meter.CreateCounter<long>("onlinecf_training_rounds_total", null, "Training rounds by outcome.");
        _roundDuration = _meter.CreateHistogram(
            "onlinecf_training_round_duration_seconds", "s", "Duration of training rounds.", advice: DurationBuckets);
        _modelPropagation = _meter.CreateHistogram(
            "onlinecf_model_propagation_seconds", "s", "From the end of training to serving on this silo.",
            advice: DurationBuckets);
        _ratingsReceived = _meter.CreateCounter<long>(
            "onlinecf_ratings_received_total", null, "Ratings received by result.");
        _ackDuration = _meter.CreateHistogram(
            "onlinecf_rating_ack_duration_seconds", "s", "From a batch's arrival to its acknowledgement.",
            advice: LatencyBuckets);
        _recommendDuration = _meter.CreateHistogram(
            "onlinecf_recommend_duration_seconds", "s", "Making one list, fold-in not included, by source.",
            advice: LatencyBuckets);
        _recommendations = _meter.CreateCounter<long>(
            "onlinecf_recommendations_total", null, "Lists made by source.");
        CreateTrainingGauges();
        CreateModelGauges();
    }

    /// <summary>After an epoch.</summary>
    public void OnEpoch(EpochReport report) => Volatile.Write(ref _epoch, report);

    /// <summary>After a round.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="elapsed">How long it took.</param>
    /// <param name="popularityNdcg10">NDCG@10 of popularity on its hold-out; NaN where it came to no comparison.</param>
    public void OnRound(RoundOutcome outcome, TimeSpan elapsed, double popularityNdcg10)
    {
        if (!double.IsNaN(popularityNdcg10))
        {
            Volatile.Write(ref _popularityNdcg10, popularityNdcg10);
        }

        _rounds.Add(1, Tag("outcome", Name(outcome)));
        _roundDuration.Record(elapsed.TotalSeconds);
    }

    /// <summary>Ratings that wait for a round.</summary>
    public void OnPendingRatings(long pending) => Volatile.Write(ref _pendingRatings, pending);

    /// <summary>When another model starts to serve here.</summary>
    public void OnModelSwapped(FactorSnapshot snapshot, DateTimeOffset now)
    {
        _modelPropagation.Record(Math.Max(0, (now - snapshot.TrainedAt).TotalSeconds));
        _model = (snapshot.Version, snapshot.TrainedAt);
    }

    /// <summary>When a user has taken ratings.</summary>
    public void OnRatingsReceived(ReadOnlySpan<RatingResult> results)
    {
        for (var result = RatingResult.Accepted; result <= RatingResult.Stale; result++)
        {
            if (results.Count(result) is var count and > 0)
            {
                _ratingsReceived.Add(count, Tag("result", Name(result)));
            }
        }
    }

    /// <summary>When ratings were turned away.</summary>
    public void OnRatingsRejected(int count) => _ratingsReceived.Add(count, Tag("result", "rejected"));

    /// <summary>When a batch or a rating is acknowledged.</summary>
    public void OnAcknowledged(TimeSpan elapsed) => _ackDuration.Record(elapsed.TotalSeconds);

    /// <summary>When a list is made.</summary>
    public void OnRecommended(RecommendationSource source, TimeSpan elapsed)
    {
        var tag = Tag("source", source == RecommendationSource.Personalized ? "personalized" : "popular");
        _recommendations.Add(1, tag);
        _recommendDuration.Record(elapsed.TotalSeconds, tag);
    }

    /// <summary>How many ratings the stream's subscribers are behind the log.</summary>
    public void OnStreamPosition(long lag) => Volatile.Write(ref _streamLag, lag);

    /// <summary>Adds the gauges of the log, of the store's disk and of the prequential figures.</summary>
    public void Observe(Func<long> lastSequence, Func<long> freeBytes, PrequentialMeter prequential)
    {
        Gauge("onlinecf_storage_free_bytes", "Free on the disk of the store.", () => freeBytes());
        Gauge("onlinecf_rating_log_sequence", "The rating log's last sequence.", () => lastSequence());
        Gauge("onlinecf_prequential_rmse", "Test-then-train RMSE of the latest ratings, in stars.", () => prequential.Rmse);
        Gauge("onlinecf_prequential_hit_rate_10",
            "Share of the latest liked ratings whose movie was in the user's first ten.", () => prequential.HitRate10);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void CreateTrainingGauges()
    {
        SplitGauge("onlinecf_training_loss", "Loss of the latest epoch.",
            figures => figures.TrainLoss, figures => figures.ValidationLoss);
        SplitGauge("onlinecf_training_rmse", "RMSE of the latest epoch, in stars.",
            figures => figures.TrainRmse, figures => figures.ValidationRmse);
        Gauge("onlinecf_training_ndcg_10", "NDCG@10 of the latest epoch on the hold-out.",
            () => _epoch?.Figures.ValidationNdcg10 ?? double.NaN);
        Gauge("onlinecf_training_popularity_ndcg_10", "NDCG@10 of popularity alone on the last round's hold-out.",
            () => Volatile.Read(ref _popularityNdcg10));
        Gauge("onlinecf_training_epoch", "Latest epoch of the running or last round.", () => _epoch?.Epoch ?? 0);
        Gauge("onlinecf_training_ratings_per_second", "Ratings trained per second in the latest epoch.",
            () => _epoch?.RatingsPerSecond ?? double.NaN);
        Gauge("onlinecf_training_pending_ratings", "Ratings in the log that no round has read.",
            () => Volatile.Read(ref _pendingRatings));
    }

    private void CreateModelGauges()
    {
        Gauge("onlinecf_model_version", "Version of the serving model; 0 for none.", () => _model.Version);
        Gauge("onlinecf_model_age_seconds", "Since the serving model was trained.",
            () => _model.Version == 0 ? double.NaN : (_time.GetUtcNow() - _model.TrainedAt).TotalSeconds);
        Gauge("onlinecf_stream_lag_ratings", "Ratings in the log that the stream has not delivered.",
            () => Volatile.Read(ref _streamLag));
    }

    // A figure that was not measured has no sample: NaN would spoil every sum in a dashboard.
    private void Gauge(string name, string description, Func<double> observe) => _meter.CreateObservableGauge(
        name, () => observe() is var value && double.IsNaN(value) ? [] : new[] { new Measurement<double>(value) },
        null, description);

    private void SplitGauge(
        string name, string description, Func<ModelFigures, double> train, Func<ModelFigures, double> validation) =>
        _meter.CreateObservableGauge(
            name,
            () => _epoch is { Figures: var figures }
                ? new[] { (train(figures), "train"), (validation(figures), "validation") }
                    .Where(sample => !double.IsNaN(sample.Item1))
                    .Select(sample => new Measurement<double>(sample.Item1, Tag("split", sample.Item2)))
                : [],
            null,
            description);

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);

    private static string Name(RoundOutcome outcome) => outcome switch
    {
        RoundOutcome.Promoted => "promoted",
        RoundOutcome.Rejected => "rejected",
        RoundOutcome.Failed => "failed",
        RoundOutcome.Cancelled => "cancelled",
        _ => throw new UnreachableException(),
    };

    private static string Name(RatingResult result) => result switch
    {
        RatingResult.Accepted => "accepted",
        RatingResult.Duplicate => "duplicate",
        RatingResult.Stale => "stale",
        _ => throw new UnreachableException(),
    };
}
