using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Telemetry;
using OpenTelemetry.Metrics;

namespace OnlineCF.Server;

/// <summary>Metrics through OpenTelemetry, scraped at /metrics.</summary>
internal static class TelemetrySetup
{
    /// <summary>The product's meter beside Orleans', ASP.NET Core's and the runtime's.</summary>
    public static void AddOnlineCFTelemetry(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(OnlineCFInstruments.MeterName)
            .AddMeter("Microsoft.Orleans")
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter(exporter => (exporter.ScopeInfoEnabled, exporter.TargetInfoEnabled) = (false, false)));
        services.AddHostedService<GaugeStarter>();
    }

    private sealed class GaugeStarter(OnlineCFInstruments instruments, IRatingLog log, PrequentialMeter prequential)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            instruments.Observe(() => log.LastSequence, prequential);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
