namespace OnlineCF.Storage.Groups;

/// <summary>
/// Lets the thread pool come once through the work that waits for it. Callers that are about to queue a change are
/// such work: after a pass without another change nobody who could run was on the way. Used by one thread.
/// </summary>
internal sealed class PoolPass : IThreadPoolWorkItem, IDisposable
{
    private readonly ManualResetEventSlim _passed = new();

    /// <summary>Waits until the pool has taken everything that it has queued now, at most so long.</summary>
    public void Wait(TimeSpan atMost)
    {
        // A pass that came too late for the wait before may end this one early; no harm is done.
        _passed.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _passed.Wait(atMost);
    }

    /// <inheritdoc/>
    public void Execute() => _passed.Set();

    /// <inheritdoc/>
    public void Dispose() => _passed.Dispose();
}
