using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Protocol.V1;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Rounds spoilt on purpose in a whole server: they are recorded with their figures and never serve.</summary>
public sealed class GateTests : IAsyncLifetime
{
    private TestServer _server = null!;
    private SpoilingTrainer _trainer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartReplacingAsync(
        services => services.AddSingleton<IModelTrainer>(provider => _trainer = new SpoilingTrainer(
            provider.GetRequiredService<IRatingLog>(), provider.GetRequiredService<TimeProvider>())),
        null,
        "--Training:Automatic=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(Spoiling.ShuffledLabels, RoundOutcome.Rejected)]
    [InlineData(Spoiling.LearningRateOfAHundredTimes, RoundOutcome.Rejected)]
    [InlineData(Spoiling.FactorsThatAreNoNumbers, RoundOutcome.Failed)]
    public async Task Spoilt_candidate_never_serves_and_the_served_model_goes_on(Spoiling spoiling, RoundOutcome outcome)
    {
        await _server.TeachAsync(Cancellation);
        var before = await RecommendAsync();
        Assert.Equal(RecommendationSource.Personalized, before.Source);

        _trainer.Spoiling = spoiling;
        var round = await _server.TrainAsync(Cancellation);

        Assert.Equal(outcome, round.Outcome);
        Assert.Equal(0, round.Version);
        Assert.NotEmpty(round.Reason);
        Assert.True(round.Epochs > 0 && round.Ratings > 0);
        if (outcome == RoundOutcome.Rejected)
        {
            Assert.NotNull(round.Candidate.ValidationRmse);
            Assert.NotNull(round.Candidate.ValidationNdcg10);
            Assert.NotNull(round.Serving.ValidationRmse);
        }

        Assert.Equal(before, await RecommendAsync());
        var status = await _server.Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Cancellation);
        Assert.Equal(before.ModelVersion, status.ModelVersion);
        Assert.Equal(round, status.Rounds[0]);
        var models = await _server.Training.ListModelsAsync(new ListModelsRequest(), cancellationToken: Cancellation);
        Assert.Equal(before.ModelVersion, Assert.Single(models.Models).Version);

        // Once nothing is spoilt any more, training goes on from what served all the time.
        _trainer.Spoiling = Spoiling.Nothing;
        await _server.StreamAsync(SyntheticWorld.Ratings(seed: 12), Cancellation);
        var next = await _server.TrainAsync(Cancellation);
        Assert.True(next.Outcome == RoundOutcome.Promoted, next.Reason);
    }

    private async Task<RecommendResponse> RecommendAsync() => await _server.Recommendations.RecommendAsync(
        new RecommendRequest { UserId = 3, Count = 10 }, cancellationToken: Cancellation);
}
