using Microsoft.Extensions.Logging.Abstractions;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Grains.Tests.Telemetry;

public sealed class OnlineCFInstrumentsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Dictionary<string, double> _samples = [];
    private readonly MeterListener _listener = new();
    private readonly OnlineCFInstruments _instruments;

    public OnlineCFInstrumentsTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => _samples[NameOf(instrument, tags)] = value);
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            _samples[NameOf(instrument, tags)] = _samples.GetValueOrDefault(NameOf(instrument, tags)) + value);
        _listener.Start();
        _instruments = new OnlineCFInstruments(meters, TimeProvider.System);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _instruments.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Each_epoch_of_the_running_round_is_a_series_and_the_next_round_begins_anew()
    {
        _instruments.OnEpoch(Epoch(1, 0.9));
        _instruments.OnEpoch(Epoch(2, 0.8));
        Assert.Equal([("1", 0.9), ("2", 0.8)], EpochLosses());

        _instruments.OnEpoch(Epoch(1, 0.7));
        Assert.Equal([("1", 0.7)], EpochLosses());
        Assert.Equal(0.7, _samples["onlinecf_training_loss train"]);
    }

    [Fact]
    public void A_long_round_shows_its_latest_hundred_epochs()
    {
        for (var epoch = 1; epoch <= 250; epoch++)
        {
            _instruments.OnEpoch(Epoch(epoch, 1));
        }

        var shown = EpochLosses().Select(x => int.Parse(x.Epoch)).ToList();
        Assert.Equal(Enumerable.Range(151, 100), shown.Order());
    }

    [Fact]
    public void What_was_not_measured_has_no_sample()
    {
        _instruments.OnEpoch(Epoch(1, 0.9, validation: double.NaN));
        Read();

        Assert.Equal(0.9, _samples["onlinecf_training_loss train"]);
        Assert.DoesNotContain("onlinecf_training_loss validation", _samples.Keys);
        Assert.DoesNotContain(_samples.Values, double.IsNaN);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_no_number_is_counted(double loss)
    {
        _instruments.OnEpoch(Epoch(1, 0.9));
        _instruments.OnEpoch(Epoch(2, loss));

        Assert.Equal(1, _samples["onlinecf_training_diverged_total"]);
    }

    [Fact]
    public void A_round_without_a_candidate_leaves_the_figures_of_the_one_before()
    {
        _instruments.OnRoundStarted(7, threads: 3);
        Read();
        Assert.Equal((7, 3), (_samples["onlinecf_training_round"], _samples["onlinecf_training_threads"]));

        _instruments.OnRound(Round(7, RoundOutcome.Promoted, 0.8));
        _instruments.OnRoundStarted(8, threads: 3);
        _instruments.OnRound(Round(8, RoundOutcome.Failed, 5));
        Read();

        Assert.Equal((8, 0), (_samples["onlinecf_training_round"], _samples["onlinecf_training_threads"]));
        Assert.Equal(0.8, _samples["onlinecf_training_round_loss train"]);
        Assert.Equal(1, _samples["onlinecf_training_rounds_total promoted"]);
        Assert.Equal(1, _samples["onlinecf_training_rounds_total failed"]);
    }

    [Fact]
    public void Only_versions_that_are_kept_have_figures()
    {
        _instruments.OnModelsKept([Model(1), Model(2)]);
        _instruments.OnModelsKept([Model(2), Model(3)]);
        Read();

        Assert.Equal(["2", "3"], Tags("onlinecf_model_rmse "));
    }

    [Fact]
    public void Counters_begin_at_zero_so_that_their_first_rise_is_seen()
    {
        _instruments.Observe(() => 1, () => 2, new PrequentialMeter(TimeProvider.System, new ModelTrials(), NullLogger<PrequentialMeter>.Instance));

        Assert.Equal(["cancelled", "failed", "promoted", "rejected"], Tags("onlinecf_training_rounds_total "));
        Assert.Equal(["accepted", "duplicate", "rejected", "stale"], Tags("onlinecf_ratings_received_total "));
        Assert.Contains("UNAVAILABLE", Tags("onlinecf_errors_total "));
        Assert.All(_samples.Where(x => x.Key.Contains("_total", StringComparison.Ordinal)), sample => Assert.Equal(0, sample.Value));
    }

    private static string NameOf(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => tag.Value).Prepend(instrument.Name));

    private static EpochReport Epoch(int epoch, double loss, double validation = 1) =>
        new(epoch, 10, new ModelFigures(loss, validation, 1, 1, 1), 100, 1000);

    private static RoundRecord Round(long id, RoundOutcome outcome, double loss) => new()
    {
        RoundId = id,
        Outcome = outcome,
        Reason = "",
        StartedAt = DateTimeOffset.UnixEpoch,
        EndedAt = DateTimeOffset.UnixEpoch.AddSeconds(2),
        Epochs = 1,
        Ratings = 1,
        RatingsPerSecond = 1,
        FullRetrain = true,
        Candidate = new ModelFigures(loss, 1, 1, 1, 1),
        Serving = ModelFigures.None,
        BiasRmse = 1,
        PopularityNdcg10 = 0.1,
    };

    private static ModelRecord Model(long version) => new(version, false, 1, "", Round(version, RoundOutcome.Promoted, 1));

    // Gauges are asked; what they no longer say is gone.
    private void Read()
    {
        foreach (var gauge in _samples.Keys.Where(name => !name.Contains("_total", StringComparison.Ordinal)).ToList())
        {
            _samples.Remove(gauge);
        }

        _listener.RecordObservableInstruments();
    }

    private (string Epoch, double Loss)[] EpochLosses()
    {
        Read();
        const string Prefix = "onlinecf_training_epoch_loss train ";
        return [.. _samples.Where(x => x.Key.StartsWith(Prefix, StringComparison.Ordinal)).Select(x => (x.Key[Prefix.Length..], x.Value)).Order()];
    }

    private string[] Tags(string name) =>
        [.. _samples.Keys.Where(key => key.StartsWith(name, StringComparison.Ordinal)).Select(key => key[name.Length..]).Order(StringComparer.Ordinal)];
}
