using Orleans.Runtime;

namespace OnlineCF.Grains.Replicas;

/// <inheritdoc cref="IModelReplicaService"/>
public sealed class ModelReplicaService(
    GrainId grainId, Silo silo, Microsoft.Extensions.Logging.ILoggerFactory loggers, ModelReplica replica)
    : GrainService(grainId, silo, loggers), IModelReplicaService
{
    /// <inheritdoc/>
    public Task<long> RefreshAsync() => replica.RefreshAsync(StoppedCancellationTokenSource.Token);
}
