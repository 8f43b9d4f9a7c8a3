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
    /// <exception cref="SiloUnavailableException">No silo of the cluster has such grains.</exception>
    public TGrain Get(long key)
    {
        var (grain, @interface) = _names ??= FindNames();
        return (TGrain)grains.GetGrain(GrainId.Create(grain, GrainIdKeyExtensions.CreateIntegerKey(key)), @interface);
    }

    private Names FindNames()
    {
        try
        {
            var reference = (GrainReference)(IAddressable)grains.GetGrain<TGrain>(0);
            return new Names(reference.GrainId.Type, reference.InterfaceType);
        }
        catch (ArgumentException exception)
        {
            // Silos that train alone are there, and none that serves.
            throw new SiloUnavailableException("No silo of the cluster serves.", exception);
        }
    }

    private sealed record Names(GrainType Grain, GrainInterfaceType Interface);
}
