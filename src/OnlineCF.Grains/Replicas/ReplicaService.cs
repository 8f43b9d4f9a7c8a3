using Microsoft.Extensions.Logging;
using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Telemetry;
using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <inheritdoc cref="IReplicaService"/>
public sealed class ReplicaService(
    GrainId grainId, Silo silo, ILoggerFactory loggers, ModelReplica model, CatalogReplica catalogue, SiloRoles roles,
    ModelTrials trials, ILocalSiloDetails self, IGrainFactory grains)
    : GrainService(grainId, silo, loggers), IReplicaService
{
    private static readonly string ProgramVersion = typeof(ReplicaService).Assembly.GetName().Version!.ToString(3);

    /// <inheritdoc/>
    public Task<long> RefreshModelAsync() => model.RefreshAsync(StoppedCancellationTokenSource.Token);

    /// <inheritdoc/>
    public Task RefreshCatalogueAsync() => catalogue.RefreshAsync(StoppedCancellationTokenSource.Token);

    /// <inheritdoc/>
    public async Task<SiloDescription> DescribeAsync()
    {
        var statistics = await grains.GetGrain<IManagementGrain>(0).GetRuntimeStatistics([self.SiloAddress]);
        return new SiloDescription(
            self.SiloAddress.Endpoint.ToString(), roles.ToString(), ProgramVersion, model.Current?.Version ?? 0,
            statistics.Length == 0 ? 0 : statistics[0].ActivationCount);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelTrial>> TrialsAsync() => Task.FromResult(trials.All);
}
