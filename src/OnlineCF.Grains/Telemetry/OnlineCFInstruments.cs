using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Telemetry;

/// <summary>Everything this silo measures, behind verbs. Names are the product's contract.</summary>
public sealed partial class OnlineCFInstruments : IDisposable
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

    // What a server can be the cause of, and what a client mostly is.
    private static readonly string[] ErrorCodes = ["UNAVAILABLE", "INTERNAL", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT", "NOT_FOUND"];

    private static readonly string[] Limits =
        ["calls_per_second", "ratings_per_second", "max_concurrent_calls", "max_concurrent_streams", "max_streams_per_client"];

    private readonly Meter _meter;
    private readonly TimeProvider _time;
    private readonly Histogram<double> _modelPropagation;
    private readonly Counter<long> _ratingsReceived;
    private readonly Histogram<double> _ackDuration;
    private readonly Histogram<double> _recommendDuration;
    private readonly Counter<long> _recommendations;
    private readonly Counter<long> _errors;
    private readonly Counter<long> _callsLimited;
    private ServedModel _model = new(0, default);
    private IReadOnlyList<ModelRecord> _kept = [];
    private long _streamLag;

    /// <summary>Creates the instruments.</summary>
    public OnlineCFInstruments(IMeterFactory meters, TimeProvider time)
    {
        _meter = meters.Create(MeterName);
        _time = time;
        Lists = new ServedLists(time);
        _modelPropagation = _meter.CreateHistogram(
            "onlinecf_model_propagation_seconds", "s", "From the end of training to serving on this silo.",
            advice: DurationBuckets);
        _ratingsReceived = _meter.CreateCounter<long>(
            "onlinecf_ratings_received_total", null, "Ratings received by result.");
        _ackDuration = _meter.CreateHistogram(
            "onlinecf_rating_ack_duration_seconds", "s", "From a batch's arrival to its acknowledgement.",
            advice: LatencyBuckets);
        _recommendDuration = _meter.CreateHistogram(
            "onlinecf_recommend_duration_seconds", "s", "Making one list, fold-in included, by source.",
            advice: LatencyBuckets);
        _recommendations = _meter.CreateCounter<long>(
            "onlinecf_recommendations_total", null, "Lists made by source.");
        _errors = _meter.CreateCounter<long>(
            "onlinecf_errors_total", null, "Requests that ended in an error, by gRPC status code.");
        _callsLimited = _meter.CreateCounter<long>(
            "onlinecf_calls_limited_total", null, "Calls refused because their caller or the server had too many, by limit.");
        CreateTrainingInstruments();
        CreateModelGauges();
    }

    /// <summary>What the latest lists have in common.</summary>
    public ServedLists Lists { get; }

    /// <summary>When another model starts to serve here.</summary>
    /// <param name="snapshot">The model.</param>
    /// <param name="isNew">Whether it was just trained, and not found at the start or rolled back to.</param>
    /// <param name="now">When it starts to serve.</param>
    public void OnModelSwapped(FactorSnapshot snapshot, bool isNew, DateTimeOffset now)
    {
        if (isNew)
        {
            _modelPropagation.Record(Math.Max(0, (now - snapshot.TrainedAt).TotalSeconds));
        }

        Volatile.Write(ref _model, new ServedModel(snapshot.Version, snapshot.TrainedAt));
    }

    /// <summary>The versions that are kept for rollback, whenever they have changed.</summary>
    public void OnModelsKept(IReadOnlyList<ModelRecord> models) => Volatile.Write(ref _kept, models);

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
        var tag = Tag("source", Name(source));
        _recommendations.Add(1, tag);
        _recommendDuration.Record(elapsed.TotalSeconds, tag);
    }

    /// <summary>When a request ends in an error.</summary>
    /// <param name="code">gRPC status code as the protocol writes it, such as NOT_FOUND.</param>
    public void OnError(string code) => _errors.Add(1, Tag("code", code));

    /// <summary>When a call is refused by a limit.</summary>
    /// <param name="limit">The setting's name in snake_case, such as calls_per_second.</param>
    public void OnCallLimited(string limit) => _callsLimited.Add(1, Tag("limit", limit));

    /// <summary>How many ratings the stream's subscribers are behind the log.</summary>
    public void OnStreamPosition(long lag) => Volatile.Write(ref _streamLag, lag);

    /// <summary>
    /// Adds the gauges of the log, of the store's disk and of the prequential figures, and starts the counters. To be
    /// called once somebody listens to the meter.
    /// </summary>
    public void Observe(Func<long> lastSequence, Func<long> freeBytes, PrequentialMeter prequential)
    {
        StartCounters();
        Gauge("onlinecf_storage_free_bytes", "Free on the disk of the store.", () => freeBytes());
        Gauge("onlinecf_rating_log_sequence", "The rating log's last sequence.", () => lastSequence());
        Gauge("onlinecf_prequential_rmse", "Test-then-train RMSE of the latest ratings, in stars.", () => prequential.Rmse);
        Gauge("onlinecf_prequential_hit_rate_10",
            "Share of the latest liked ratings whose movie was in the user's first ten.", () => prequential.HitRate10);
        TrialGauge("onlinecf_prequential_model_rmse", "Test-then-train RMSE by model over the same ratings, in stars.",
            prequential, (trial, sums) => sums.RmseOf(trial.Ratings));
        TrialGauge("onlinecf_prequential_model_hit_rate_10", "Test-then-train hit rate@10 by model over the same ratings.",
            prequential, (trial, sums) => sums.HitRate10Of(trial.Liked));
        TrialGauge("onlinecf_prequential_model_ndcg_10", "Test-then-train NDCG@10 by model over the same ratings.",
            prequential, (trial, sums) => sums.Ndcg10Of(trial.Liked));
        Gauge("onlinecf_list_coverage_10",
            "Share of the model's movies that are among the first ten of one of the latest 1,000 lists.", () => Lists.Coverage10);
        Gauge("onlinecf_list_novelty_10",
            "Mean of -log2 of the share of users who have rated a movie, over the first ten of the latest 1,000 lists, in bits.",
            () => Lists.Novelty10);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void CreateModelGauges()
    {
        Gauge("onlinecf_model_version", "Version of the serving model; 0 for none.", () => Volatile.Read(ref _model).Version);
        Gauge("onlinecf_model_age_seconds", "Since the serving model was trained.",
            () => Volatile.Read(ref _model) is { Version: > 0 } model ? Math.Max(0, (_time.GetUtcNow() - model.TrainedAt).TotalSeconds) : double.NaN);
        KeptGauge("onlinecf_model_rmse", "RMSE of a kept version on its round's hold-out, in stars.", figures => figures.ValidationRmse);
        KeptGauge("onlinecf_model_ndcg_10", "NDCG@10 of a kept version on its round's hold-out.", figures => figures.ValidationNdcg10);
        Gauge("onlinecf_stream_lag_ratings", "Ratings in the log that the stream has not delivered.",
            () => Volatile.Read(ref _streamLag));
    }

    // A counter that first shows at 1 has never risen to Prometheus; so each begins at 0.
    private void StartCounters()
    {
        for (var outcome = RoundOutcome.Promoted; outcome <= RoundOutcome.Cancelled; outcome++)
        {
            _rounds.Add(0, Tag("outcome", Name(outcome)));
        }

        for (var result = RatingResult.Accepted; result <= RatingResult.Stale; result++)
        {
            _ratingsReceived.Add(0, Tag("result", Name(result)));
        }

        OnRatingsRejected(0);
        _recommendations.Add(0, Tag("source", Name(RecommendationSource.Personalized)));
        _recommendations.Add(0, Tag("source", Name(RecommendationSource.Popular)));
        _divergedRounds.Add(0);
        foreach (var code in ErrorCodes)
        {
            _errors.Add(0, Tag("code", code));
        }

        foreach (var limit in Limits)
        {
            _callsLimited.Add(0, Tag("limit", limit));
        }
    }

    private void Gauge(string name, string description, Func<double> observe) =>
        Gauges(name, description, () => [new(observe())]);

    private void KeptGauge(string name, string description, Func<ModelFigures, double> figure) =>
        Gauges(name, description, () => Volatile.Read(ref _kept).Select(model => new Measurement<double>(
            figure(model.Round.Candidate), Tag("version", Number(model.Version)))));

    // The latest promotion: the model that serves, and the one before it on the same ratings.
    private void TrialGauge(
        string name, string description, PrequentialMeter prequential, Func<ModelTrial, TrialSums, double> figure) =>
        Gauges(name, description, () => prequential.Trials.All.Take(1).Where(trial => trial.IsShown).SelectMany(trial =>
            (IEnumerable<Measurement<double>>)
            [
                new(figure(trial, trial.Sums), Tag("version", Number(trial.Version)), Tag("beside", Number(trial.Against))),
                new(figure(trial, trial.AgainstSums), Tag("version", Number(trial.Against)), Tag("beside", Number(trial.Version))),
            ]));

    private static string Number(long version) => version.ToString(CultureInfo.InvariantCulture);

    // A figure that was not measured has no sample: NaN would spoil every sum in a dashboard.
    private void Gauges(string name, string description, Func<IEnumerable<Measurement<double>>> observe) =>
        _meter.CreateObservableGauge(name, () => observe().Where(sample => !double.IsNaN(sample.Value)), null, description);

    private static KeyValuePair<string, object?> Tag(string key, string value) => new(key, value);

    private static string Name(RecommendationSource source) =>
        source == RecommendationSource.Personalized ? "personalized" : "popular";

    private static string Name(RatingResult result) => result switch
    {
        RatingResult.Accepted => "accepted",
        RatingResult.Duplicate => "duplicate",
        RatingResult.Stale => "stale",
        _ => throw new UnreachableException(),
    };

    // One reference, so that a scrape never sees the version of one model and the time of another.
    private sealed record ServedModel(long Version, DateTimeOffset TrainedAt);
}
