using OnlineCF.Core.Streams;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>What every store of checkpoints must do.</summary>
public abstract class StreamCheckpointsContract
{
    protected abstract IStreamCheckpoints Checkpoints { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task Partition_without_a_checkpoint_stands_at_the_start_and_has_no_rows()
    {
        Assert.Equal(0, await Checkpoints.LoadSequenceAsync(0, Token));
        Assert.Empty(await Checkpoints.LoadRowsAsync(0, 0, 10, Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task Checkpoint_outlives_the_process(int bytes)
    {
        var state = new byte[bytes];
        new Random(7).NextBytes(state);
        Assert.True(await Checkpoints.SaveAsync(3, new StreamCheckpoint(42, [new StreamRow(9, state)]), Token));

        Reopen();

        Assert.Equal(42, await Checkpoints.LoadSequenceAsync(3, Token));
        var row = Assert.Single(await Checkpoints.LoadRowsAsync(3, 0, 10, Token));
        Assert.Equal(9, row.Key);
        Assert.True(row.State.Span.SequenceEqual(state));
    }

    [Fact]
    public async Task Rows_replace_those_of_the_same_key_and_partition_alone()
    {
        await SaveAsync(0, 5, (7, 1), (8, 1));
        await SaveAsync(1, 5, (7, 9));
        await SaveAsync(0, 6, (8, 2), (9, 2));

        Assert.Equal([(7L, 1), (8, 2), (9, 2)], await RowsAsync(0));
        Assert.Equal([(7L, 9)], await RowsAsync(1));
        Assert.Equal((6L, 5L), (await Checkpoints.LoadSequenceAsync(0, Token), await Checkpoints.LoadSequenceAsync(1, Token)));
    }

    [Fact]
    public async Task Rows_come_page_by_page_in_the_order_of_their_keys()
    {
        await SaveAsync(2, 5, [.. Enumerable.Range(1, 25).Reverse().Select(key => ((long)key, 1))]);
        var (keys, after) = (new List<long>(), 0L);
        while (await Checkpoints.LoadRowsAsync(2, after, 10, Token) is { Count: > 0 } page)
        {
            keys.AddRange(page.Select(row => row.Key));
            after = page[^1].Key;
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(key => (long)key), keys);
    }

    [Fact]
    public async Task An_older_subscriber_changes_nothing()
    {
        Assert.True(await SaveAsync(0, 9, (7, 2)));
        Assert.False(await SaveAsync(0, 8, (7, 1), (8, 1)));
        Assert.True(await SaveAsync(0, 9, (8, 3)));

        Assert.Equal(9, await Checkpoints.LoadSequenceAsync(0, Token));
        Assert.Equal([(7L, 2), (8, 3)], await RowsAsync(0));
    }

    [Fact]
    public async Task Subscriber_that_starts_over_finds_nothing_of_its_own()
    {
        await SaveAsync(0, 9, (7, 2));
        await SaveAsync(1, 9, (8, 2));
        await Checkpoints.ClearAsync(0, Token);

        Assert.Equal(0, await Checkpoints.LoadSequenceAsync(0, Token));
        Assert.Empty(await RowsAsync(0));
        Assert.Equal([(8L, 2)], await RowsAsync(1));
        Assert.True(await SaveAsync(0, 3, (7, 1)));
    }

    [Fact]
    public async Task Another_number_of_partitions_drops_what_was_saved_for_the_old_one()
    {
        await Checkpoints.PrepareAsync(4, Token);
        await SaveAsync(0, 9, (7, 2));

        Reopen();
        await Checkpoints.PrepareAsync(4, Token);
        Assert.Equal(9, await Checkpoints.LoadSequenceAsync(0, Token));

        await Checkpoints.PrepareAsync(8, Token);
        Assert.Equal(0, await Checkpoints.LoadSequenceAsync(0, Token));
        Assert.Empty(await RowsAsync(0));

        await SaveAsync(5, 3, (7, 1));
        Reopen();
        await Checkpoints.PrepareAsync(8, Token);
        Assert.Equal([(7L, 1)], await RowsAsync(5));
    }

    private ValueTask<bool> SaveAsync(int partition, long sequence, params (long Key, int State)[] rows) =>
        Checkpoints.SaveAsync(
            partition,
            new StreamCheckpoint(sequence, [.. rows.Select(row => new StreamRow(row.Key, new[] { (byte)row.State }))]),
            Token);

    private async Task<IEnumerable<(long Key, int State)>> RowsAsync(int partition) =>
        (await Checkpoints.LoadRowsAsync(partition, 0, 1000, Token)).Select(row => (row.Key, (int)row.State.Span[0]));
}
