using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Server.Settings;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace OnlineCF.Server;

/// <summary>OpenTelemetry: metrics scraped at /metrics, and traces sent to a collector where one is named.</summary>
internal static class TelemetrySetup
{
    /// <summary>The product's meter beside Orleans', ASP.NET Core's, the runtime's and, with PostgreSQL, its driver's.</summary>
    public static void AddOnlineCFTelemetry(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(OnlineCFInstruments.MeterName)
            .AddMeter("Microsoft.Orleans")
            .AddMeter("Npgsql")
            .AddAspNetCoreInstrumentation()
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter(exporter => (exporter.ScopeInfoEnabled, exporter.TargetInfoEnabled) = (false, false)));
        services.AddHostedService<GaugeStarter>();
    }

    /// <summary>One trace from the request through the grains to the log, over OTLP (HTTP, protobuf).</summary>
    public static void AddOnlineCFTraces(this IServiceCollection services, Uri collector) =>
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("onlinecf"))
            .WithTracing(traces => traces
                .AddSource(OnlineCFTraces.SourceName, "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application")
                .AddAspNetCoreInstrumentation()
                .AddOtlpExporter(exporter => (exporter.Endpoint, exporter.Protocol) =
                    (new Uri(collector, "v1/traces"), OtlpExportProtocol.HttpProtobuf)));

    private sealed class GaugeStarter(
        OnlineCFInstruments instruments, IRatingLog log, PrequentialMeter prequential, StorageOptions storage)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            var disk = new DriveInfo(Path.GetFullPath(storage.Path));
            instruments.Observe(() => log.KnownSequence, () => disk.AvailableFreeSpace, prequential);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
