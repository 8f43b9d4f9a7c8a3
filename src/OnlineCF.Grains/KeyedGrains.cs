using Orleans.Runtime;

namespace OnlineCF.Grains;

/// <summary>
/// The grains of an interface by key. What <see cref="IGrainFactory.GetGrain{TGrainInterface}(long, string)"/> finds
/// out by reflection at every call, the interface's and the class's names, is found out once. Thread-safe.
/// </summary>
/// <param name="grains">Makes the references.</param>
public sealed class KeyedGrains<TGrain>(IGrainFactory grains)
    where TGrain : IGrainWithIntegerKey
{
    private Names? _names;

    /// <summary>The grain with this key.</summary>
    public TGrain Get(long key)
    {
        var (grain, @interface) = _names ??= FindNames();
        return (TGrain)grains.GetGrain(GrainId.Create(grain, GrainIdKeyExtensions.CreateIntegerKey(key)), @interface);
    }

    private Names FindNames()
    {
        var reference = (GrainReference)(IAddressable)grains.GetGrain<TGrain>(0);
        return new Names(reference.GrainId.Type, reference.InterfaceType);
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);
}
