using Microsoft.Extensions.Diagnostics.HealthChecks;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>
/// Ready: the server has started, its store answers and can be trusted. With a full disk it is, for lists are served;
/// so it is, degraded, while a store that silos share is away: no other silo would do better.
/// </summary>
internal sealed class ReadinessCheck(
    IHostApplicationLifetime lifetime, IRatingLog log, IStoreHealth store, StorageOptions storage) : IHealthCheck
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
            return storage.IsShared
                ? HealthCheckResult.Degraded("the store is away; lists come from memory", exception)
                : HealthCheckResult.Unhealthy("the store is away", exception);
        }
    }
}
