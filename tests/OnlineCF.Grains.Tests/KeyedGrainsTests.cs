using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Tests;

public sealed class KeyedGrainsTests
{
    private const int Calls = 10_000;

    [Fact]
    public async Task A_grain_is_found_by_its_key_at_the_cost_of_its_reference()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var users = new KeyedGrains<IUserGrain>(cluster.Grains);

        Assert.Equal(cluster.Grains.GetGrain<IUserGrain>(7), users.Get(7));
        Assert.Equal(cluster.Grains.GetGrain<IUserGrain>(long.MaxValue), users.Get(long.MaxValue));

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var key = 1; key <= Calls; key++)
        {
            users.Get(key);
        }

        // A reference and its key. By name alone it is ten times as much.
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Calls, 1, 250);
    }
}
