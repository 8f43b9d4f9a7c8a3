using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Core.Training;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Tests.Cluster;
using OnlineCF.Grains.Training;

namespace OnlineCF.Grains.Tests.Training;

public sealed class TrainingGrainTests(TrainingGrainFixture fixture) : IClassFixture<TrainingGrainFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private GrainCluster Cluster => fixture.Cluster;

    [Fact]
    public async Task Rollback_while_a_round_publishes_is_not_undone_by_it()
    {
        var first = (await fixture.TrainAsync()).Version;
        await fixture.TrainAsync();
        RollbackOutcome? rollback = null;
        Cluster.ModelFaults.Before(nameof(IModelStore.PublishAsync), _ =>
        {
            // On the thread that publishes, between its last look whether it may and the publication.
            Cluster.ModelFaults.Clear(nameof(IModelStore.PublishAsync));
            rollback = fixture.Grain.RollbackAsync(first).GetAwaiter().GetResult();
        });

        var record = await fixture.TrainAsync();

        Assert.Equal(RollbackResult.Serving, rollback?.Result);
        Assert.Equal(first, await fixture.ServingAsync());
        Assert.Equal(first, Cluster.Get<ModelReplica>().Current?.Version);
        Assert.Equal((RoundOutcome.Cancelled, 0), (record.Outcome, record.Version));
        Assert.Equal(TestModels.Figures(0.8), record.Candidate);
        Assert.Equal(TestModels.Figures(0.85), record.Serving);

        // The grain goes on, under its new term.
        Assert.Equal(RoundOutcome.Promoted, (await fixture.TrainAsync()).Outcome);
    }

    [Fact]
    public async Task Rollback_ends_the_running_round_which_keeps_what_its_last_epoch_measured()
    {
        var version = (await fixture.TrainAsync()).Version;
        var figures = TestModels.Figures(0.9);
        Cluster.Trainer.Body = (_, progress, cancellation) =>
        {
            progress.Report(new EpochReport(1, 10, figures, 10, 100));
            cancellation.WaitHandle.WaitOne();
            throw new OperationCanceledException(cancellation);
        };
        await fixture.StartAsync();

        Assert.Equal(RollbackResult.Serving, (await fixture.Grain.RollbackAsync(version)).Result);

        var record = await fixture.EndAsync();
        Assert.Equal((RoundOutcome.Cancelled, figures, 1), (record.Outcome, record.Candidate, record.Epochs));
        Assert.Equal(version, await fixture.ServingAsync());
    }

    [Fact]
    public async Task Rollback_to_a_version_that_is_not_kept_lets_the_running_round_go_on()
    {
        var rollback = new RollbackOutcome(RollbackResult.Serving, "");
        Cluster.Trainer.Body = (request, _, _) =>
        {
            rollback = fixture.Grain.RollbackAsync(1_000_000).GetAwaiter().GetResult();
            return TestModels.Passed(request);
        };

        await fixture.StartAsync();

        Assert.Equal(RoundOutcome.Promoted, (await fixture.EndAsync()).Outcome);
        Assert.Equal(RollbackResult.NotFound, rollback.Result);
    }

    [Fact]
    public async Task Round_that_was_cancelled_is_never_published_and_one_that_is_being_published_was_not_cancelled()
    {
        long? answer = null;
        Cluster.Trainer.Body = (request, _, _) =>
        {
            answer = fixture.Grain.CancelAsync().GetAwaiter().GetResult();
            return TestModels.Passed(request);
        };
        var roundId = await fixture.StartAsync();
        Assert.Equal(RoundOutcome.Cancelled, (await fixture.EndAsync()).Outcome);
        Assert.Equal(roundId, answer);

        Cluster.ModelFaults.Before(nameof(IModelStore.PublishAsync), _ =>
        {
            Cluster.ModelFaults.Clear(nameof(IModelStore.PublishAsync));
            answer = fixture.Grain.CancelAsync().GetAwaiter().GetResult();
        });
        Assert.Equal(RoundOutcome.Promoted, (await fixture.TrainAsync()).Outcome);
        Assert.Null(answer);
    }

    [Fact]
    public async Task Publication_that_fails_is_recorded_with_its_figures_and_tried_again_with_growing_pauses()
    {
        await fixture.TrainAsync();
        var before = await fixture.ServingAsync();
        var noRoom = new StoreUnavailableException("There is no space left on the disk.");
        Cluster.ModelFaults.Fail(nameof(IModelStore.PublishAsync), noRoom);
        Cluster.ModelFaults.Fail(nameof(IModelStore.RecordRoundAsync), noRoom);
        var rounds = Cluster.Trainer.Rounds;
        Cluster.Training.Automatic = true;
        Cluster.Training.MinNewRatings = 1;
        try
        {
            await fixture.AppendAsync(10);
            var end = Cluster.Time.GetUtcNow().AddMinutes(20);
            await Cluster.AdvanceUntilAsync(() => Cluster.Time.GetUtcNow() > end);

            // At 0, 30, 90, 210, 450 and 930 seconds, or a little later.
            Assert.InRange(Cluster.Trainer.Rounds - rounds, 4, 7);
            Assert.Equal(before, await fixture.ServingAsync());

            Cluster.ModelFaults.Clear(nameof(IModelStore.PublishAsync));
            Cluster.ModelFaults.Clear(nameof(IModelStore.RecordRoundAsync));
            await Cluster.AdvanceUntilAsync(fixture.ServingAsync, serving => serving != before);
        }
        finally
        {
            Cluster.Training.Automatic = false;
            Cluster.ModelFaults.Clear(nameof(IModelStore.PublishAsync));
            Cluster.ModelFaults.Clear(nameof(IModelStore.RecordRoundAsync));
            await fixture.EndAsync();
        }

        var failed = (await Cluster.Storage.Models.ListRoundsAsync(20, Token)).Where(round => round.Outcome == RoundOutcome.Failed).ToList();
        Assert.InRange(failed.Count, 4, 7);
        Assert.All(failed, round => Assert.Equal(
            (TestModels.Figures(0.8), TestModels.Figures(0.85)), (round.Candidate, round.Serving)));
        Assert.All(failed, round => Assert.Contains(noRoom.Message, round.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Report_that_is_lost_is_asked_for()
    {
        fixture.OnGrainCall = method =>
        {
            if (method == nameof(ITrainingGrain.ReportFinishedAsync))
            {
                throw new TimeoutException("The report is lost.");
            }
        };
        try
        {
            var record = await fixture.TrainAsync();

            Assert.Equal(RoundOutcome.Promoted, record.Outcome);
            Assert.Equal(record.Version, Cluster.Get<ModelReplica>().Current?.Version);
            Assert.InRange((await fixture.Grain.WaitForEventsAsync(0, TimeSpan.Zero, TestContext.Current.CancellationToken)).Count(item => item.Finished), 1, 1);
        }
        finally
        {
            fixture.OnGrainCall = _ => { };
        }

        Assert.Equal(RoundOutcome.Promoted, (await fixture.TrainAsync()).Outcome);
    }

    [Fact]
    public async Task Trainer_that_lost_its_term_publishes_nothing_and_the_next_call_takes_a_new_term()
    {
        await fixture.TrainAsync();
        var serving = await fixture.ServingAsync();
        var id = fixture.Grain.GetGrainId();
        Assert.True(Cluster.Silos.TryGetGrainContext(id, out var activation));
        Cluster.Trainer.Body = (request, _, _) =>
        {
            Cluster.Storage.Models.AcquireTermAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return TestModels.Passed(request);
        };
        await fixture.StartAsync();

        var record = await fixture.EndAsync();

        await activation!.Deactivated.WaitAsync(Token);
        Assert.Equal((RoundOutcome.Cancelled, TestModels.Figures(0.8)), (record.Outcome, record.Candidate));
        Assert.Equal(serving, await fixture.ServingAsync());
        Assert.Equal(RoundOutcome.Promoted, (await fixture.TrainAsync()).Outcome);
    }
}
