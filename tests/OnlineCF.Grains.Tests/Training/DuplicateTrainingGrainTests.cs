using OnlineCF.Core.Models;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

/// <summary>Two grains over one store, as when the grain directory has lost sight of one. They have a silo of their own, for both stay.</summary>
public sealed class DuplicateTrainingGrainTests(TrainingGrainFixture fixture) : IClassFixture<TrainingGrainFixture>
{
    private GrainCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Second_activation_fences_the_round_of_the_first_which_goes()
    {
        await fixture.TrainAsync();
        var serving = await fixture.ServingAsync();
        var second = Cluster.Grains.GetGrain<ITrainingGrain>(1);
        StartOutcome? refused = null;
        Cluster.Trainer.Body = (request, _, _) =>
        {
            refused = second.StartAsync(fullRetrain: false).GetAwaiter().GetResult();
            return TestModels.Passed(request);
        };
        await fixture.StartAsync();

        Assert.Equal(RoundOutcome.Cancelled, (await fixture.EndAsync()).Outcome);
        Assert.Equal(StartResult.NoTrainer, refused?.Result);
        Assert.Equal(serving, await fixture.ServingAsync());
        Assert.Equal(RoundOutcome.Promoted, (await fixture.TrainAsync()).Outcome);
    }
}
