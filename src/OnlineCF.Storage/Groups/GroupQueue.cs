using System.Diagnostics;
using System.Threading.Channels;
using OnlineCF.Core;

namespace OnlineCF.Storage.Groups;

/// <summary>
/// Changes on their way to the one thread that commits them: it takes all that wait as one group, so that a thousand
/// callers share one commit. Bounded: when too many wait, further callers wait to wait.
/// </summary>
/// <param name="length">Changes that may wait, 1 or more.</param>
internal sealed class GroupQueue(int length) : IDisposable
{
    /// <summary>Rows after which a group waits for no more, so that its callers don't wait long.</summary>
    private const int MaxGroupWeight = 65_536;

    /// <summary>The longest that a change waits for others to share its commit.</summary>
    private static readonly TimeSpan MaxGathering = TimeSpan.FromMilliseconds(10);

    private readonly Channel<GroupWork> _waiting =
        Channel.CreateBounded<GroupWork>(new BoundedChannelOptions(length) { SingleReader = true });
    private readonly PoolPass _pass = new();

    /// <summary>Queues the change and waits until it is durable.</summary>
    /// <exception cref="StoreUnavailableException">It is not known to be durable, or the store is closed.</exception>
    public ValueTask<TResult> RunAsync<TResult>(GroupWork<TResult> work, CancellationToken cancellationToken) =>
        !cancellationToken.CanBeCanceled && _waiting.Writer.TryWrite(work)
            ? new(work.Completion)
            : QueueAsync(work, cancellationToken);

    /// <summary>Takes no more changes; those that wait can still be taken.</summary>
    public void Close() => _waiting.Writer.TryComplete();

    /// <summary>Completes with true when changes wait, with false when the queue is closed and empty.</summary>
    public Task<bool> WaitForChangesAsync() => _waiting.Reader.WaitToReadAsync().AsTask();

    /// <summary>
    /// Takes what waits, and what those add who are about to: a batch of a thousand users is then a commit or two.
    /// The group may stay empty, where all who waited have given up.
    /// </summary>
    public void TakeGroup(List<GroupWork> group)
    {
        var started = Stopwatch.GetTimestamp();
        var weight = 0;
        while (TakeWaiting(group, ref weight) && group.Count > 0)
        {
            var left = MaxGathering - Stopwatch.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || !MoreComesWithin(left))
            {
                return;
            }
        }
    }

    public void Dispose() => _pass.Dispose();

    private async ValueTask<TResult> QueueAsync<TResult>(GroupWork<TResult> work, CancellationToken cancellationToken)
    {
        try
        {
            await _waiting.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new StoreUnavailableException("The store is closed.", e);
        }

        return await work.WaitAsync(cancellationToken);
    }

    // Twice: what a thread has queued for itself is left to it for a moment by the others.
    private bool MoreComesWithin(TimeSpan left)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            _pass.Wait(left);
            if (_waiting.Reader.TryPeek(out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Whether the group may grow further.</returns>
    private bool TakeWaiting(List<GroupWork> group, ref int weight)
    {
        while (weight < MaxGroupWeight && _waiting.Reader.TryPeek(out var next))
        {
            // What goes alone sees everything before it committed.
            if (next.IsAlone && group.Count > 0)
            {
                return false;
            }

            _waiting.Reader.TryRead(out _);
            if (next.TryTake())
            {
                group.Add(next);
                weight += next.Weight;
            }

            if (next.IsAlone)
            {
                return false;
            }
        }

        return weight < MaxGroupWeight;
    }
}
