using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace OnlineCF.Server.Tests.Errors;

/// <summary>Two silos in one process, and an exception on its way from one to the other.</summary>
public sealed class TwoSiloTests : IAsyncLifetime
{
    private readonly InProcessTestCluster _cluster;

    public TwoSiloTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((_, silo) => silo.Services.AddOnlineCFExceptions());
        _cluster = builder.Build();
    }

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task An_exception_of_the_other_silo_arrives_as_what_it_is()
    {
        var (here, there) = (_cluster.Silos[0], _cluster.Silos[1]);
        RequestContext.Set(IPlacementDirector.PlacementHintKey, there.SiloAddress);
        var grain = _cluster.GetSiloServiceProvider(here.SiloAddress).GetRequiredService<IGrainFactory>().GetGrain<IThrowingGrain>(1);
        Assert.Equal(there.SiloAddress, await grain.WhereAsync());

        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.ThrowAsync(nameof(StoreUnavailableException)));
        Assert.Equal("The disk is full.", away.Message);
        Assert.IsType<IOException>(away.InnerException);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => grain.ThrowAsync(nameof(RpcException)));
        Assert.IsType<RpcException>(refused.InnerException?.InnerException);
        var unknown = await Assert.ThrowsAsync<ModelNotFoundException>(() => grain.ThrowAsync(nameof(ModelNotFoundException)));
        Assert.Equal("There is no model version 7.", unknown.Message);
        var damaged = await Assert.ThrowsAsync<CorruptSnapshotException>(() => grain.ThrowAsync(nameof(CorruptSnapshotException)));
        Assert.Contains("its checksum is wrong", damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_lets_its_exceptions_travel()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");

        var options = server.Server.Services.GetRequiredService<IOptions<ExceptionSerializationOptions>>();
        Assert.True(options.Value.SupportedExceptionTypeFilter(typeof(RpcException)));
    }
}
