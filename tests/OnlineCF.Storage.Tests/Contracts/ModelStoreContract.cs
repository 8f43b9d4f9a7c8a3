using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every model store must do.</summary>
public abstract class ModelStoreContract
{
    /// <summary>A store that keeps three versions.</summary>
    protected abstract IModelStore Store { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task New_store_serves_nothing()
    {
        Assert.Equal(0, await Store.GetServingVersionAsync(Token));
        Assert.Empty(await Store.ListModelsAsync(Token));
        Assert.Empty(await Store.ListRoundsAsync(10, Token));
        var missing = await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.LoadAsync(1, Token));
        Assert.Equal(1, missing.Version);
    }

    [Fact]
    public async Task Published_snapshot_serves_and_comes_back_the_same()
    {
        var snapshot = Snapshots.Create();

        var record = await PublishAsync(snapshot);
        Reopen();

        Assert.Equal((1, true), (record.Version, record.Serving));
        Assert.Equal(Snapshots.Round(1) with { Version = 1 }, record.Round);
        Assert.Equal(64, record.Checksum.Length);
        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Equal([record], await Store.ListModelsAsync(Token));
        var loaded = await Store.LoadAsync(1, Token);
        Assert.Equal(1, loaded.Version);
        Snapshots.AssertSame(snapshot, loaded);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 16)]
    [InlineData(3, 50)]
    [InlineData(2000, 200)]
    public async Task Snapshot_of_any_shape_comes_back_the_same(int rows, int embeddingDim)
    {
        var snapshot = Snapshots.Create(rows, embeddingDim);

        await PublishAsync(snapshot);

        Snapshots.AssertSame(snapshot, await Store.LoadAsync(1, Token));
    }

    [Fact]
    public async Task Oldest_versions_are_dropped_and_the_serving_one_never()
    {
        var term = await Store.AcquireTermAsync(Token);
        for (var round = 1; round <= 5; round++)
        {
            await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(round), term, Token);
        }

        Assert.Equal([5L, 4, 3], await VersionsAsync());
        Assert.Equal(5, await Store.GetServingVersionAsync(Token));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.LoadAsync(2, Token));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.ServeAsync(2, term, Token));
        Assert.Equal([5L, 4, 3, 2, 1], (await Store.ListRoundsAsync(10, Token)).Select(r => r.Version));
    }

    [Fact]
    public async Task Rolled_back_version_serves_and_the_next_publication_gets_a_new_number()
    {
        var term = await Store.AcquireTermAsync(Token);
        for (var round = 1; round <= 3; round++)
        {
            await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(round), term, Token);
        }

        var rolledBack = await Store.ServeAsync(1, term, Token);
        Reopen();

        Assert.Equal((1, true), (rolledBack.Version, rolledBack.Serving));
        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Equal([(3L, false), (2, false), (1, true)], (await Store.ListModelsAsync(Token)).Select(m => (m.Version, m.Serving)));
        var next = await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(4), term, Token);
        Assert.Equal((4, true), (next.Version, next.Serving));
        Assert.Equal([4L, 3, 2], await VersionsAsync());
    }

    [Fact]
    public async Task Older_term_can_publish_nothing_but_says_what_became_of_its_round()
    {
        var old = await Store.AcquireTermAsync(Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), old, Token);
        Reopen();
        var term = await Store.AcquireTermAsync(Token);

        Assert.InRange(term, old + 1, long.MaxValue);
        await Assert.ThrowsAsync<StaleTermException>(async () => await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), old, Token));
        await Assert.ThrowsAsync<StaleTermException>(async () => await Store.ServeAsync(1, old, Token));
        Assert.Equal([1L], await VersionsAsync());
        Assert.Single(await Store.ListRoundsAsync(10, Token));
        await Store.RecordRoundAsync(Snapshots.Round(2, RoundOutcome.Cancelled), Token);
        Assert.Equal([2L, 1], (await Store.ListRoundsAsync(10, Token)).Select(round => round.RoundId));
        Assert.Equal(2, (await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(3), term, Token)).Version);
    }

    [Fact]
    public async Task Nothing_is_published_without_a_term()
    {
        await Assert.ThrowsAsync<StaleTermException>(
            async () => await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), 0, Token));

        Assert.Empty(await Store.ListModelsAsync(Token));
    }

    [Fact]
    public async Task Candidate_that_was_measured_against_another_version_than_serves_is_not_published()
    {
        var term = await Store.AcquireTermAsync(Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token);
        await Store.ServeAsync(1, term, Token);

        await Assert.ThrowsAsync<ServingVersionChangedException>(async () => await Store.PublishAsync(
            new Publication(Snapshots.Create(), Snapshots.Round(3), ServingVersion: 2, IsBest: true), term, Token));

        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Equal([2L, 1], await VersionsAsync());
        Assert.Equal(2, (await Store.ListRoundsAsync(10, Token)).Count);
    }

    [Fact]
    public async Task Best_version_is_never_dropped_and_survives_a_restart()
    {
        var term = await Store.AcquireTermAsync(Token);
        Assert.Equal(0, await Store.GetBestVersionAsync(Token));
        var best = Snapshots.Create(seed: 1);
        await PublishAsync(best, 1, isBest: true);
        for (var round = 2; round <= 6; round++)
        {
            await PublishAsync(Snapshots.Create(seed: round), round, isBest: false);
            Reopen();
        }

        Assert.Equal([6L, 5, 4, 1], await VersionsAsync());
        Assert.Equal(1, await Store.GetBestVersionAsync(Token));
        Snapshots.AssertSame(best, await Store.LoadAsync(1, Token));

        await PublishAsync(Snapshots.Create(seed: 7), 7, isBest: true);
        Assert.Equal([7L, 6, 5], await VersionsAsync());
        Assert.Equal(7, await Store.GetBestVersionAsync(Token));

        async Task PublishAsync(FactorSnapshot snapshot, int round, bool isBest) => await Store.PublishAsync(
            new Publication(snapshot, Snapshots.Round(round), await Store.GetServingVersionAsync(Token), isBest), term, Token);
    }

    [Fact]
    public async Task Version_that_somebody_chose_is_the_best()
    {
        var term = await Store.AcquireTermAsync(Token);
        for (var round = 1; round <= 3; round++)
        {
            await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(round), term, Token);
        }

        await Store.ServeAsync(2, term, Token);
        Reopen();
        Assert.Equal(2, await Store.GetBestVersionAsync(Token));
    }

    [Fact]
    public async Task Versions_trained_before_a_sequence_are_dropped_but_for_the_one_that_serves()
    {
        var term = await Store.AcquireTermAsync(Token);
        foreach (var sequence in (long[])[100, 200, 300])
        {
            var round = Snapshots.Round(sequence) with { TrainedSequence = sequence };
            await Store.PublishAsync(
                new Publication(Snapshots.Create(), round, await Store.GetServingVersionAsync(Token), IsBest: sequence == 100), term, Token);
        }

        await Store.DropTrainedBeforeAsync(100, Token);
        Assert.Equal([3L, 2, 1], await VersionsAsync());
        await Store.DropTrainedBeforeAsync(200, Token);
        Assert.Equal([3L, 2], await VersionsAsync());
        Assert.Equal(3, await Store.GetBestVersionAsync(Token));
        await Store.DropTrainedBeforeAsync(1000, Token);
        Reopen();

        Assert.Equal([3L], await VersionsAsync());
        Assert.Equal((3L, 3L), (await Store.GetServingVersionAsync(Token), await Store.GetBestVersionAsync(Token)));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.LoadAsync(2, Token));
        Assert.Equal(3, (await Store.LoadAsync(3, Token)).Version);
        Assert.Equal(3, (await Store.ListRoundsAsync(10, Token)).Count);
    }

    [Fact]
    public async Task Movies_can_be_loaded_without_the_users()
    {
        var snapshot = Snapshots.Create(rows: 50);
        await PublishAsync(snapshot);

        var loaded = await Store.LoadAsync(1, SnapshotParts.Movies, Token);

        Snapshots.AssertSame(snapshot with { Users = FactorTable.Empty(snapshot.EmbeddingDim) }, loaded);
    }

    [Fact]
    public async Task Terms_of_many_contenders_are_all_different()
    {
        var terms = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AcquireTermAsync(Token).AsTask()));

        Assert.Equal(20, terms.Distinct().Count());
    }

    [Fact]
    public async Task Rounds_are_listed_newest_first_with_figures_that_were_not_measured()
    {
        var term = await Store.AcquireTermAsync(Token);
        await Store.RecordRoundAsync(Snapshots.Round(1, RoundOutcome.Failed), Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token);
        await Store.RecordRoundAsync(Snapshots.Round(3, RoundOutcome.Rejected), Token);
        Reopen();

        Assert.Equal(
            [
                Snapshots.Round(3, RoundOutcome.Rejected),
                Snapshots.Round(2) with { Version = 1 },
                Snapshots.Round(1, RoundOutcome.Failed),
            ],
            await Store.ListRoundsAsync(10, Token));
        Assert.Equal([3L, 2], (await Store.ListRoundsAsync(2, Token)).Select(r => r.RoundId));
    }

    [Fact]
    public async Task Snapshots_can_be_loaded_while_others_are_published()
    {
        var term = await Store.AcquireTermAsync(Token);
        await Store.PublishAsync(Snapshots.Create(500), Snapshots.Round(1), term, Token);
        var publishing = Task.Run(
            async () =>
            {
                for (var round = 2; round <= 12; round++)
                {
                    await Store.PublishAsync(Snapshots.Create(500), Snapshots.Round(round), term, Token);
                }
            },
            Token);
        var loaded = 0;
        while (!publishing.IsCompleted || loaded == 0)
        {
            try
            {
                var version = await Store.GetServingVersionAsync(Token);
                Assert.Equal(version, (await Store.LoadAsync(version, Token)).Version);
                loaded++;
            }
            catch (ModelNotFoundException)
            {
                // Three publications overtook the load.
            }
        }

        await publishing;
    }

    protected async Task<ModelRecord> PublishAsync(FactorSnapshot snapshot)
    {
        var term = await Store.AcquireTermAsync(Token);
        return await Store.PublishAsync(snapshot, Snapshots.Round(1), term, Token);
    }

    private async Task<IEnumerable<long>> VersionsAsync() => (await Store.ListModelsAsync(Token)).Select(m => m.Version);
}
