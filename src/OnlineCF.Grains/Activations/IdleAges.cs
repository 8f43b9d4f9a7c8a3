using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Metadata;

namespace OnlineCF.Grains.Activations;

/// <summary>
/// Takes the collection of idle grains out of Orleans' hands and remembers after which time each kind of grain is to end.
/// Its collector counts in wall time: put back the clock, and it refuses every activation until the clock has caught up.
/// To be registered after Orleans' own providers.
/// </summary>
internal sealed class IdleAges(TimeSpan defaultAge) : IGrainPropertiesProvider
{
    private readonly ConcurrentDictionary<GrainType, TimeSpan> _ages = new();

    /// <summary>After which time an idle grain of a kind ends; infinite for never.</summary>
    public TimeSpan Of(GrainType type) => _ages.GetValueOrDefault(type, defaultAge);

    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        _ages[grainType] = properties.TryGetValue(WellKnownGrainTypeProperties.IdleDeactivationPeriod, out var period)
            ? AgeOf(period)
            : defaultAge;
        properties[WellKnownGrainTypeProperties.IdleDeactivationPeriod] =
            WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue;
    }

    private static TimeSpan AgeOf(string period) => period == WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue
        ? Timeout.InfiniteTimeSpan
        : TimeSpan.Parse(period, CultureInfo.InvariantCulture);
}
