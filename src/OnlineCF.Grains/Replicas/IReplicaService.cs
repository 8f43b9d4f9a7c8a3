using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Telemetry;
using Orleans.Services;

namespace OnlineCF.Grains.Replicas;

/// <summary>The replicas of one silo, as the other silos reach them.</summary>
[Alias("onlinecf.IReplicaService")]
public interface IReplicaService : IGrainService
{
    /// <summary>Returns when the silo serves what the model store says it should.</summary>
    /// <returns>The version that serves there.</returns>
    [Alias("RefreshModel"), ResponseTimeout("00:00:30")]
    public Task<long> RefreshModelAsync();

    /// <summary>Returns when the silo knows every change of the catalogue that is in the store now.</summary>
    [Alias("RefreshCatalogue"), ResponseTimeout("00:00:30")]
    public Task RefreshCatalogueAsync();

    /// <summary>What the silo is and serves.</summary>
    [Alias("Describe")]
    public Task<SiloDescription> DescribeAsync();

    /// <summary>What the latest promotions did, as far as ratings came through the silo.</summary>
    [Alias("Trials")]
    public Task<IReadOnlyList<ModelTrial>> TrialsAsync();
}
