using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

/// <summary>One silo with a few ratings for all tests of a class; each goes on from where the one before left it.</summary>
public sealed class TrainingGrainFixture : IAsyncLifetime
{
    internal GrainCluster Cluster { get; private set; } = null!;

    /// <summary>Set by a test to let a call of a grain get lost; takes the method's name.</summary>
    internal Action<string> OnGrainCall { get; set; } = _ => { };

    internal ITrainingGrain Grain => Cluster.Grains.GetGrain<ITrainingGrain>(0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Cluster = await GrainCluster.StartAsync(configure: services =>
            services.AddSingleton<IIncomingGrainCallFilter>(new Filter(this)));
        await AppendAsync(10);
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();

    internal async Task AppendAsync(int ratings)
    {
        var user = Cluster.Grains.GetGrain<OnlineCF.Grains.Users.IUserGrain>(Cluster.Storage.RatingLog.KnownSequence + 1);
        await user.RateAsync([.. Enumerable.Range(1, ratings).Select(movie => new OnlineCF.Grains.Users.IncomingRating(movie, 4, 0))]);
    }

    /// <summary>A round whose candidate passes at once, to its end.</summary>
    internal async Task<RoundRecord> TrainAsync()
    {
        Cluster.Trainer.Body = (request, _, _) => TestModels.Passed(request);
        await StartAsync();
        return await EndAsync();
    }

    /// <summary>Starts a round.</summary>
    internal async Task<long> StartAsync()
    {
        var started = await Grain.StartAsync(fullRetrain: false);
        Assert.Equal(StartResult.Started, started.Result);
        return started.RoundId;
    }

    /// <summary>Waits until no round runs.</summary>
    /// <returns>The record of the latest.</returns>
    internal async Task<RoundRecord> EndAsync()
    {
        await Cluster.AdvanceUntilAsync(() => Grain.GetStatusAsync(), status => status.RunningRoundId == 0);
        return (await Cluster.Storage.Models.ListRoundsAsync(1, Token))[0];
    }

    internal async Task<long> ServingAsync() => await Cluster.Storage.Models.GetServingVersionAsync(Token);

    private sealed class Filter(TrainingGrainFixture fixture) : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context)
        {
            fixture.OnGrainCall(context.MethodName);
            return context.Invoke();
        }
    }
}
