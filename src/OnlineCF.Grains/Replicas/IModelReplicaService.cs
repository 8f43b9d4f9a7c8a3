using Orleans.Services;

namespace OnlineCF.Grains.Replicas;

/// <summary>The model replica of one silo, as the other silos reach it.</summary>
[Alias("onlinecf.IModelReplicaService")]
public interface IModelReplicaService : IGrainService
{
    /// <summary>Returns when the silo serves what the model store says it should.</summary>
    /// <returns>The version that serves there.</returns>
    [Alias("Refresh")]
    public Task<long> RefreshAsync();
}
