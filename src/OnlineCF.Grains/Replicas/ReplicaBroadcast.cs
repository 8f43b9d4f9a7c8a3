using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace OnlineCF.Grains.Replicas;

/// <summary>Reaches the model replica of every silo. A silo that misses a call finds out by polling.</summary>
public sealed partial class ReplicaBroadcast(
    IServiceProvider services, IClusterMembershipService membership, ILogger<ReplicaBroadcast> logger)
    : GrainServiceClient<IModelReplicaService>(services)
{
    /// <summary>Makes every silo serve what the model store says.</summary>
    public Task RefreshAsync() => ForEachSiloAsync(service => service.RefreshAsync());

    private Task ForEachSiloAsync(Func<IModelReplicaService, Task> call) => Task.WhenAll(
        membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .Select(member => CallAsync(member.SiloAddress, call)));

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
