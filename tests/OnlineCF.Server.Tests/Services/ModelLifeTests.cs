using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Models over restarts: what serves, what can be rolled back to, and what happens to a broken file.</summary>
public sealed class ModelLifeTests : IAsyncLifetime
{
    private static readonly string[] Settings = ["--Training:Automatic=false", "--Training:EmbeddingDim=8"];

    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(null, Settings);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Rollback_holds_from_the_next_request_on_and_after_a_restart()
    {
        var (first, second) = await TeachTwiceAsync();
        Assert.Equal(second, await ServingAsync());

        await _server.Training.RollbackModelAsync(new RollbackModelRequest { Version = first }, cancellationToken: Cancellation);
        Assert.Equal(first, await ServingAsync());

        _server = await _server.RestartAsync(Settings);
        Assert.Equal(first, await ServingAsync());
    }

    [Fact]
    public async Task Truncated_snapshot_is_passed_over_and_the_version_before_it_serves()
    {
        var (first, second) = await TeachTwiceAsync();
        _server = await _server.RestartAsync(
            () => Truncate(Path.Combine(_server.Folder, "models", $"snapshot-{second}.ocf")), Settings);
        Assert.Equal(first, await ServingAsync());
        var list = await _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation);
        Assert.Equal(RecommendationSource.Personalized, list.Source);
    }

    [Fact]
    public async Task Erased_user_is_gone_from_lists_and_statistics_and_stays_gone()
    {
        await _server.StreamAsync(SyntheticWorld.Ratings(), Cancellation);
        var others = SyntheticWorld.Ratings().Where(rating => rating.MovieId == 2).ToArray();
        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = 9001, MovieId = 2, Value = 5 } }, cancellationToken: Cancellation);
        var erased = await _server.Ratings.EraseUserAsync(
            new EraseUserRequest { UserId = 9001 }, cancellationToken: Cancellation);
        Assert.Equal(1, erased.Ratings);

        _server = await _server.RestartAsync(Settings);
        var ratings = await _server.Ratings.ListRatingsAsync(
            new ListRatingsRequest { UserId = 9001 }, cancellationToken: Cancellation);
        Assert.Empty(ratings.Ratings);
        var popularity = _server.Server.Services.GetRequiredService<PopularityReplica>();
        for (var changed = popularity.Changed; popularity.Table.Of(2).Count != others.Length; changed = popularity.Changed)
        {
            await changed.WaitAsync(Cancellation);
        }

        var after = await _server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = 2 }, cancellationToken: Cancellation);
        Assert.Equal(others.Length, after.RatingCount);
        Assert.Equal(others.Average(rating => rating.Value), after.MeanRating, 1e-5);
    }

    [Fact]
    public async Task Silo_without_the_role_train_starts_no_round()
    {
        await _server.StreamAsync(SyntheticWorld.Ratings(), Cancellation);
        _server = await _server.RestartAsync("--Silo:Roles=serve");
        var refusal = await Assert.ThrowsAsync<Grpc.Core.RpcException>(async () => await _server.Training.StartTrainingAsync(
            new StartTrainingRequest(), cancellationToken: Cancellation));
        Assert.Equal(Grpc.Core.StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Contains("train", refusal.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_shorter_than_what_was_trained_is_trained_on_from_scratch_by_itself()
    {
        await _server.TeachAsync(Cancellation);
        _server = await _server.RestartAsync(
            () => Array.ForEach(Directory.GetFiles(_server.Folder, "onlinecf.*"), File.Delete),
            "--Training:EmbeddingDim=8", "--Training:Interval=1s", "--Training:MinNewRatings=500");
        await _server.StreamAsync(SyntheticWorld.Ratings().Take(600), Cancellation);

        using var watch = _server.Training.WatchTraining(new WatchTrainingRequest(), cancellationToken: Cancellation);
        TrainingRound? round = null;
        while (round is null && await watch.ResponseStream.MoveNext(Cancellation))
        {
            round = watch.ResponseStream.Current.Finished;
        }

        Assert.True(round!.FullRetrain);
        Assert.InRange(round.Ratings, 1, 600);
    }

    private static void Truncate(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length / 2);
    }

    private async Task<(long First, long Second)> TeachTwiceAsync()
    {
        await _server.TeachAsync(Cancellation);
        var first = await ServingAsync();
        for (var seed = 12; seed < 22; seed++)
        {
            await _server.StreamAsync(SyntheticWorld.Ratings(seed), Cancellation);
            if (await _server.TrainAsync(Cancellation) is { Outcome: RoundOutcome.Promoted } round)
            {
                return (first, round.Version);
            }
        }

        throw new InvalidOperationException("Of ten rounds, each with more ratings, none was promoted.");
    }

    private async Task<long> ServingAsync()
    {
        var list = await _server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation);
        return list.ModelVersion;
    }
}
