using OnlineCF.Core.Streams;
using OnlineCF.Storage.Postgres.Streams;

namespace OnlineCF.Storage.Postgres.Tests.Streams;

public sealed class PostgresStreamCheckpointsTests(PostgresServer server) : StreamCheckpointsContract, IDisposable
{
    private readonly TestStore _test = new(server);

    protected override IStreamCheckpoints Checkpoints => new PostgresStreamCheckpoints(_test.Store);

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Of_two_activations_at_once_the_one_behind_leaves_nothing()
    {
        using var other = _test.OpenAnother();
        IStreamCheckpoints[] stores = [Checkpoints, new PostgresStreamCheckpoints(other)];

        var saves = Enumerable.Range(1, 100).Select(i => (Sequence: i, Saved: stores[i % 2].SaveAsync(
            0, new StreamCheckpoint(i, [new StreamRow(7, BitConverter.GetBytes(i))]), Token).AsTask())).ToList();
        await Task.WhenAll(saves.Select(save => save.Saved));

        Assert.Equal(100, await Checkpoints.LoadSequenceAsync(0, Token));
        var row = Assert.Single(await Checkpoints.LoadRowsAsync(0, 0, 10, Token));
        Assert.Equal(100, BitConverter.ToInt32(row.State.Span));
        Assert.True(await saves[^1].Saved);
    }

    [Fact]
    public async Task Of_two_rows_of_one_key_the_later_counts()
    {
        await Checkpoints.SaveAsync(0, new StreamCheckpoint(1, [new StreamRow(7, new byte[] { 1 }), new StreamRow(7, new byte[] { 2 })]), Token);

        Assert.Equal(2, Assert.Single(await Checkpoints.LoadRowsAsync(0, 0, 10, Token)).State.Span[0]);
    }

    protected override void Reopen() => _test.Reopen();
}
