using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Telemetry;
using Orleans.Runtime;
using Orleans.Runtime.Services;

namespace OnlineCF.Grains.Replicas;

/// <summary>Reaches the replicas of every silo. A silo that misses a call finds out by polling.</summary>
public sealed partial class ReplicaBroadcast(
    IServiceProvider services, IClusterMembershipService membership, ILocalSiloDetails self, ModelReplica model,
    CatalogReplica catalogue, TimeProvider time, ILogger<ReplicaBroadcast> logger)
    : GrainServiceClient<IReplicaService>(services)
{
    // A silo that has died and is not known to yet must not hold a caller for longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Makes every silo serve what the model store says.</summary>
    public Task RefreshModelAsync() => Task.WhenAll(
        CallAsync(self.SiloAddress, "model", () => model.RefreshAsync(CancellationToken.None)),
        OnOthersAsync("model", service => service.RefreshModelAsync()));

    /// <summary>Brings what has changed in the catalogue to every silo, to others within three seconds or by their polling.</summary>
    /// <exception cref="StoreUnavailableException">The catalogue is away from here.</exception>
    public Task RefreshCatalogueAsync(CancellationToken cancellationToken) => Task.WhenAll(
        catalogue.RefreshAsync(cancellationToken),
        OnOthersAsync("catalogue", service => service.RefreshCatalogueAsync().WaitAsync(Patience, time, cancellationToken)));

    /// <summary>Every silo that is up, as it describes itself; one that does not answer within three seconds has its address alone.</summary>
    public Task<SiloDescription[]> DescribeAsync() => Task.WhenAll(ActiveSilos().Select(DescribeAsync));

    /// <summary>What the latest promotions did, over all silos that answer within three seconds; newest first.</summary>
    public async Task<IReadOnlyList<ModelTrial>> TrialsAsync() =>
        ModelTrial.Join((await Task.WhenAll(ActiveSilos().Select(TrialsAsync))).SelectMany(trials => trials));

    private async Task<IReadOnlyList<ModelTrial>> TrialsAsync(SiloAddress silo)
    {
        IReadOnlyList<ModelTrial> trials = [];
        await CallAsync(silo, "trials of models", async () => trials = await GetGrainService(silo).TrialsAsync().WaitAsync(Patience, time));
        return trials;
    }

    private IEnumerable<SiloAddress> ActiveSilos() => membership.CurrentSnapshot.Members.Values
        .Where(member => member.Status == SiloStatus.Active)
        .Select(member => member.SiloAddress);

    private async Task<SiloDescription> DescribeAsync(SiloAddress silo)
    {
        try
        {
            return await GetGrainService(silo).DescribeAsync().WaitAsync(Patience, time);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            return new SiloDescription(silo.Endpoint.ToString(), "", "", 0, 0);
        }
    }

    private Task OnOthersAsync(string what, Func<IReplicaService, Task> call) => Task.WhenAll(
        ActiveSilos()
            .Where(silo => !silo.Equals(self.SiloAddress))
            .Select(silo => CallAsync(silo, what, () => call(GetGrainService(silo)))));

    private async Task CallAsync(SiloAddress silo, string what, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException or StoreUnavailableException)
        {
            LogUnreached(silo, what, exception);
        }
    }

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning,
        Message = "Silo {Silo} did not answer about the {What}.")]
    private partial void LogUnreached(SiloAddress silo, string what, Exception exception);
}
