using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Tests.Models;

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
        var epoch = await Store.AcquireEpochAsync(Token);
        for (var round = 1; round <= 5; round++)
        {
            await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(round), epoch, Token);
        }

        Assert.Equal([5L, 4, 3], await VersionsAsync());
        Assert.Equal(5, await Store.GetServingVersionAsync(Token));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.LoadAsync(2, Token));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.ServeAsync(2, epoch, Token));
        Assert.Equal([5L, 4, 3, 2, 1], (await Store.ListRoundsAsync(10, Token)).Select(r => r.Version));
    }

    [Fact]
    public async Task Rolled_back_version_serves_and_the_next_publication_gets_a_new_number()
    {
        var epoch = await Store.AcquireEpochAsync(Token);
        for (var round = 1; round <= 3; round++)
        {
            await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(round), epoch, Token);
        }

        var rolledBack = await Store.ServeAsync(1, epoch, Token);
        Reopen();

        Assert.Equal((1, true), (rolledBack.Version, rolledBack.Serving));
        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Equal([(3L, false), (2, false), (1, true)], (await Store.ListModelsAsync(Token)).Select(m => (m.Version, m.Serving)));
        var next = await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(4), epoch, Token);
        Assert.Equal((4, true), (next.Version, next.Serving));
        Assert.Equal([4L, 3, 2], await VersionsAsync());
    }

    [Fact]
    public async Task Older_epoch_can_write_nothing()
    {
        var old = await Store.AcquireEpochAsync(Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), old, Token);
        Reopen();
        var epoch = await Store.AcquireEpochAsync(Token);

        Assert.InRange(epoch, old + 1, long.MaxValue);
        await Assert.ThrowsAsync<StaleEpochException>(async () => await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), old, Token));
        await Assert.ThrowsAsync<StaleEpochException>(async () => await Store.RecordRoundAsync(Snapshots.Round(2), old, Token));
        await Assert.ThrowsAsync<StaleEpochException>(async () => await Store.ServeAsync(1, old, Token));
        Assert.Equal([1L], await VersionsAsync());
        Assert.Single(await Store.ListRoundsAsync(10, Token));
        Assert.Equal(2, (await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), epoch, Token)).Version);
    }

    [Fact]
    public async Task Nothing_is_written_without_an_epoch()
    {
        await Assert.ThrowsAsync<StaleEpochException>(
            async () => await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), 0, Token));
        await Assert.ThrowsAsync<StaleEpochException>(
            async () => await Store.RecordRoundAsync(Snapshots.Round(1), 0, Token));

        Assert.Empty(await Store.ListModelsAsync(Token));
    }

    [Fact]
    public async Task Epochs_of_many_contenders_are_all_different()
    {
        var epochs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Store.AcquireEpochAsync(Token).AsTask()));

        Assert.Equal(20, epochs.Distinct().Count());
    }

    [Fact]
    public async Task Rounds_are_listed_newest_first_with_figures_that_were_not_measured()
    {
        var epoch = await Store.AcquireEpochAsync(Token);
        await Store.RecordRoundAsync(Snapshots.Round(1, RoundOutcome.Failed), epoch, Token);
        await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), epoch, Token);
        await Store.RecordRoundAsync(Snapshots.Round(3, RoundOutcome.Rejected), epoch, Token);
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
        var epoch = await Store.AcquireEpochAsync(Token);
        await Store.PublishAsync(Snapshots.Create(500), Snapshots.Round(1), epoch, Token);
        var publishing = Task.Run(
            async () =>
            {
                for (var round = 2; round <= 12; round++)
                {
                    await Store.PublishAsync(Snapshots.Create(500), Snapshots.Round(round), epoch, Token);
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
        var epoch = await Store.AcquireEpochAsync(Token);
        return await Store.PublishAsync(snapshot, Snapshots.Round(1), epoch, Token);
    }

    private async Task<IEnumerable<long>> VersionsAsync() => (await Store.ListModelsAsync(Token)).Select(m => m.Version);
}
