using Microsoft.Extensions.Diagnostics.HealthChecks;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;

namespace OnlineCF.Server.Hosting;

/// <summary>Ready: the server has started, its store answers and can be trusted. With a full disk it is, for lists are served.</summary>
internal sealed class ReadinessCheck(IHostApplicationLifetime lifetime, IRatingLog log, IStoreHealth store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested || lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy("starting or stopping");
        }

        if (!store.Serves)
        {
            return HealthCheckResult.Unhealthy(store.Warning);
        }

        try
        {
            await log.ReadAsync(Math.Max(0, log.KnownSequence - 1), 1, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy("the store is away", exception);
        }
    }
}
