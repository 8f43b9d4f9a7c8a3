using System.Runtime.CompilerServices;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// What is popular now among the movies of a model. It belongs to the snapshot and goes with it: nothing here keeps a
/// model alive. Thread-safe.
/// </summary>
internal sealed class LikesOfModels(PopularityTable table)
{
    private readonly ConditionalWeakTable<FactorSnapshot, ModelLikes> _snapshots = [];

    /// <summary>The likes of the model's rows as they are now.</summary>
    public RecentLikes Of(ServingModel model) => (_snapshots.TryGetValue(model.Snapshot, out var likes)
        ? likes
        : _snapshots.GetValue(model.Snapshot, _ => new ModelLikes(table))).Of(model);
}
