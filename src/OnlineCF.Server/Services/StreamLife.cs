using Grpc.Core;

namespace OnlineCF.Server.Services;

/// <summary>How many streams there are, and how long they go on.</summary>
public sealed class StreamLife(IHostApplicationLifetime lifetime)
{
    private int _open;

    /// <summary>One more, unless there are too many; <see cref="Close"/> must follow either way.</summary>
    public bool TryOpen(int limit) => Interlocked.Increment(ref _open) <= limit;

    /// <summary>One less.</summary>
    public void Close() => Interlocked.Decrement(ref _open);

    /// <summary>Cancelled when the client goes away and when the server stops, which waits for no stream.</summary>
    public CancellationTokenSource Of(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}
