using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Training;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Tests.Cluster;

public sealed class GrainClusterTests
{
    [Fact]
    public async Task Ratings_come_back_and_a_round_makes_a_model_serve()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var user = cluster.Grains.GetGrain<IUserGrain>(1);
        await user.RateAsync([new IncomingRating(2, 4, 0)]);
        Assert.Equal(2, Assert.Single((await user.ListRatingsAsync(0, 10)).Ratings).MovieId);

        var training = cluster.Grains.GetGrain<ITrainingGrain>(0);
        var started = await training.StartAsync(fullRetrain: false);
        Assert.Equal(StartResult.Started, started.Result);
        await cluster.AdvanceUntilAsync(training.GetStatusAsync, status => status.RunningRoundId == 0);

        Assert.Equal(1, cluster.Get<OnlineCF.Grains.Replicas.ModelReplica>().Current?.Version);
    }
}
