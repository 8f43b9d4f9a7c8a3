using OnlineCF.Core.Streams;

namespace OnlineCF.Storage.Tests.Streams;

/// <summary>What every store of checkpoints must do.</summary>
public abstract class StreamCheckpointsContract
{
    protected abstract IStreamCheckpoints Checkpoints { get; }

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Closes the store and opens it again.</summary>
    protected abstract void Reopen();

    [Fact]
    public async Task Partition_without_a_checkpoint_has_none() =>
        Assert.Null(await Checkpoints.LoadAsync(0, Token));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task Checkpoint_outlives_the_process(int bytes)
    {
        var state = new byte[bytes];
        new Random(7).NextBytes(state);
        await Checkpoints.SaveAsync(3, new StreamCheckpoint(42, state), Token);

        Reopen();

        var loaded = await Checkpoints.LoadAsync(3, Token);
        Assert.Equal(42, loaded!.Sequence);
        Assert.True(loaded.State.Span.SequenceEqual(state));
    }

    [Fact]
    public async Task Later_checkpoint_replaces_only_its_partition()
    {
        await Checkpoints.SaveAsync(0, new StreamCheckpoint(5, new byte[] { 1 }), Token);
        await Checkpoints.SaveAsync(1, new StreamCheckpoint(6, new byte[] { 2 }), Token);
        await Checkpoints.SaveAsync(0, new StreamCheckpoint(4, new byte[] { 3 }), Token);

        var (first, second) = (await Checkpoints.LoadAsync(0, Token), await Checkpoints.LoadAsync(1, Token));
        Assert.Equal((4L, (byte)3), (first!.Sequence, first.State.Span[0]));
        Assert.Equal((6L, (byte)2), (second!.Sequence, second.State.Span[0]));
    }
}
