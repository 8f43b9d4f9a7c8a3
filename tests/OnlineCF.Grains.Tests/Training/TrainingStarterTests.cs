using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Tests.Cluster;

namespace OnlineCF.Grains.Tests.Training;

public sealed class TrainingStarterTests
{
    [Fact]
    public async Task Silo_serves_while_the_training_grain_cannot_wake_and_rounds_start_when_it_can()
    {
        await using var cluster = await GrainCluster.StartAsync(
            new() { MinNewRatings = 1 },
            arrange: cluster => cluster.ModelFaults.Fail(
                nameof(IModelStore.ListRoundsAsync), new StoreUnavailableException("There is no space left on the disk.")));
        var user = cluster.Grains.GetGrain<OnlineCF.Grains.Users.IUserGrain>(1);
        await user.RateAsync([new OnlineCF.Grains.Users.IncomingRating(1, 4, 0)]);
        await cluster.AdvanceUntilAsync(() => cluster.ModelFaults.CallsOf(nameof(IModelStore.ListRoundsAsync)) >= 2);
        Assert.Equal(0, cluster.Trainer.Rounds);

        cluster.ModelFaults.Clear(nameof(IModelStore.ListRoundsAsync));

        await cluster.AdvanceUntilAsync(() => cluster.Trainer.Rounds > 0);
    }
}
