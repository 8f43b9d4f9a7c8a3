using System.Threading.Channels;

namespace OnlineCF.Client.Streams;

/// <summary>Wakes one waiter; one that comes later finds it set.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes.</summary>
    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Waits for it and takes it back.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _set.Reader.ReadAsync(cancellationToken);
}
