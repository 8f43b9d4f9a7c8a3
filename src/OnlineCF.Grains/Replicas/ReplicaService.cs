using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <inheritdoc cref="IReplicaService"/>
public sealed class ReplicaService(
    GrainId grainId, Silo silo, ILoggerFactory loggers, ModelReplica model, CatalogReplica catalogue)
    : GrainService(grainId, silo, loggers), IReplicaService
{
    /// <inheritdoc/>
    public Task<long> RefreshModelAsync() => model.RefreshAsync(StoppedCancellationTokenSource.Token);

    /// <inheritdoc/>
    public Task RefreshCatalogueAsync() => catalogue.RefreshAsync(StoppedCancellationTokenSource.Token);
}
