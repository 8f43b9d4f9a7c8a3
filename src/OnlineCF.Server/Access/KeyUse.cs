namespace OnlineCF.Server.Access;

/// <summary>A call that lasts, for as long as its key is good.</summary>
public sealed class KeyUse : IDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly Action<KeyUse> _onDisposed;
    private int _isLost;

    internal KeyUse(Action<KeyUse> onDisposed, CancellationToken cancellationToken)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _onDisposed = onDisposed;
        Token = _end.Token;
    }

    /// <summary>Cancelled when the call is, or when its key is good no longer.</summary>
    public CancellationToken Token { get; }

    /// <summary>Whether the key is good no longer.</summary>
    public bool IsLost => Volatile.Read(ref _isLost) != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _onDisposed(this);
        _end.Dispose();
    }

    internal void End()
    {
        Volatile.Write(ref _isLost, 1);
        try
        {
            // What the call does about it is not done on the way of who reads the keys, nor is its failure theirs.
            _ = _end.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The call has ended meanwhile.
        }
    }
}
