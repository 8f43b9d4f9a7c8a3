using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>Three silos for many tests, each of which finds all of them running.</summary>
public sealed class ThreeSilos(PostgresServer postgres) : IAsyncDisposable
{
    private SiloCluster? _cluster;

    /// <summary>Three silos that run; those that a test has ended are started again.</summary>
    public async Task<SiloCluster> ReadyAsync()
    {
        _cluster ??= new SiloCluster(postgres.CreateDatabase(), 3, "--Training:Automatic=false");
        await _cluster.StartAllAsync();
        return _cluster;
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}
