using System.Globalization;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace OnlineCF.Server.Hosting;

/// <summary>
/// Says of every grain that it stays where it is: a silo that is alone has no other to move one to. Orleans otherwise
/// looks for one when it stops while calls wait, and logs an error for each grain.
/// </summary>
internal sealed class SoleSilo : IGrainPropertiesProvider
{
    private static readonly string Everything = ((byte)ImmovableKind.Any).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
        properties[WellKnownGrainTypeProperties.Immovable] = Everything;
}
