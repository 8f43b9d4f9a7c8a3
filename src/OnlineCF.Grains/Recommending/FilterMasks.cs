using System.Runtime.CompilerServices;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// Which rows of a model a filter shuts out, hidden movies included. The masks belong to the snapshot that they were
/// made for and go with it: nothing here keeps a model alive. Thread-safe.
/// </summary>
public sealed class FilterMasks(CatalogReplica catalog)
{
    /// <summary>Bytes of masks that are kept for a snapshot.</summary>
    public const long MaxBytes = 16 * 1024 * 1024;

    private readonly ConditionalWeakTable<FactorSnapshot, ModelMasks> _snapshots = [];

    /// <summary>The mask of a filter, its excluded ids not in it; null when all movies pass. Not to be written.</summary>
    public MovieMask? MaskOf(ServingModel model, MovieFilter filter) => MasksOf(model).MaskOf(model, filter);

    /// <summary>Reads what filters look at, so that the first list of a new model need not.</summary>
    public void Prepare(ServingModel model) => MaskOf(model, MovieFilter.None);

    private ModelMasks MasksOf(ServingModel model) => _snapshots.TryGetValue(model.Snapshot, out var masks)
        ? masks
        : _snapshots.GetValue(model.Snapshot, _ => new ModelMasks(catalog, MaxBytes));
}
