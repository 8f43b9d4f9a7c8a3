using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Users;
using OnlineCF.Server;
using Orleans;
using Orleans.Runtime;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>A silo in the test's own process, which no user lives on: it can be asked where users do.</summary>
internal sealed class Witness : IAsyncDisposable
{
    private readonly SiloCluster _cluster;
    private readonly RunningServer _server;
    private readonly string _folder;

    private Witness(SiloCluster cluster, RunningServer server, string folder) => (_cluster, _server, _folder) = (cluster, server, folder);

    /// <summary>Joins a cluster.</summary>
    public static async Task<Witness> JoinAsync(SiloCluster cluster)
    {
        var folder = Directory.CreateTempSubdirectory("onlinecf-witness-").FullName;
        var server = await ServerHost.StartAsync(
            [
                "--Cluster:Mode=postgres", "--Cluster:Address=127.0.0.1", "--Cluster:SiloPort=0", "--Storage:Provider=postgres",
                $"--Storage:ConnectionString={cluster.ConnectionString}", $"--Storage:Path={folder}", "--Silo:Roles=train",
                "--Training:Automatic=false", "--Server:HttpPort=0", "--Server:GrpcPort=0", "--Logging:LogLevel:Default=None",
            ],
            TestContext.Current.CancellationToken);
        return new Witness(cluster, server, folder);
    }

    /// <summary>The silo that has a user in memory; -1 for none of the cluster's.</summary>
    public async Task<int> SiloOfAsync(long userId)
    {
        var grains = _server.Services.GetRequiredService<IGrainFactory>();
        var address = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grains.GetGrain<IUserGrain>(userId));
        return Enumerable.Range(0, _cluster.Count).FirstOrDefault(silo => _cluster.SiloPortOf(silo) == address?.Endpoint.Port, -1);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
