using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;

namespace OnlineCF.Server.Tests.Hosting;

public sealed class SoleSiloTests
{
    [Fact]
    public async Task A_server_that_is_alone_looks_for_no_other_to_move_its_grains_to()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        var grains = server.Server.Services.GetRequiredService<IClusterManifestProvider>().LocalGrainManifest.Grains
            .Where(grain => grain.Value.Properties[WellKnownGrainTypeProperties.TypeName].EndsWith("Grain", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(grains);
        Assert.All(grains, grain => Assert.Equal(
            ImmovableKind.Any, Enum.Parse<ImmovableKind>(grain.Value.Properties[WellKnownGrainTypeProperties.Immovable])));
    }
}
