using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Scoring;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace OnlineCF.Grains.Replicas;

/// <summary>Reaches the model replica of every silo. A silo that misses a call finds out by polling.</summary>
public sealed partial class ReplicaBroadcast(
    IServiceProvider services, IGrainFactory grains, ILogger<ReplicaBroadcast> logger)
    : GrainServiceClient<IModelReplicaService>(services)
{
    /// <summary>Makes every silo serve what the model store says.</summary>
    public Task RefreshAsync() => ForEachSiloAsync(service => service.RefreshAsync());

    /// <summary>Adds a folded-in movie to a version on every silo.</summary>
    public Task AddMovieAsync(long version, long movieId, MovieVectors vectors) => ForEachSiloAsync(
        service => service.AddMovieAsync(version, movieId, vectors.Bias, vectors.Rating, vectors.Ranking));

    private async Task ForEachSiloAsync(Func<IModelReplicaService, Task> call)
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true);
        await Task.WhenAll(hosts.Keys.Select(silo => CallAsync(silo, call)));
    }

    private async Task CallAsync(SiloAddress silo, Func<IModelReplicaService, Task> call)
    {
        try
        {
            await call(GetGrainService(silo));
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or StoreUnavailableException)
        {
            LogUnreached(silo, exception);
        }
    }

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning,
        Message = "Silo {Silo} did not answer about the model; it will find out by polling.")]
    private partial void LogUnreached(SiloAddress silo, Exception exception);
}
