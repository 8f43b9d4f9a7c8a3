using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using Orleans.Metadata;
using Orleans.Runtime;

namespace OnlineCF.Grains.Training;

/// <summary>The training grain, which can only live on a silo with the role train; there may be none.</summary>
public sealed class TrainingSilos(
    IGrainFactory grains, IClusterManifestProvider silos, IRatingLog log, IModelStore store)
{
    private static readonly GrainType Trainer = GrainType.Create("training");

    /// <summary>The training grain; null while no silo of the cluster has the role train.</summary>
    public ITrainingGrain? Find() =>
        silos.Current.AllGrainManifests.Any(silo => silo.Grains.ContainsKey(Trainer)) ? grains.GetGrain<ITrainingGrain>(0) : null;

    /// <summary>Where training stands; without a silo that trains, what waits for one.</summary>
    public async Task<TrainingStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        if (Find() is { } grain)
        {
            return await grain.GetStatusAsync();
        }

        var sequence = await log.ReadEndAsync(cancellationToken);
        var trained = (await store.ListModelsAsync(cancellationToken)).Select(model => model.Round.TrainedSequence).DefaultIfEmpty(0).Max();
        return new TrainingStatus(0, null, Math.Max(0, sequence - trained), sequence, "", "");
    }
}
