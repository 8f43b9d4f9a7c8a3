using OnlineCF.Core;

namespace OnlineCF.Storage.Groups;

/// <summary>A change that waits for a writer, and later for the commit that it shares with others.</summary>
internal abstract class GroupWork
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int GivenUp = 2;

    private int _state;

    /// <summary>Rows it writes, to bound a commit.</summary>
    public virtual int Weight => 1;

    /// <summary>Whether it is committed alone.</summary>
    public virtual bool IsAlone => false;

    /// <summary>Claims the work for the writer; false when its caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>Claims the work for its caller; false when the writer has it, for then it may read the caller's memory.</summary>
    public bool TryGiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == Waiting;

    /// <summary>The group is durable; comes before <see cref="Complete"/>.</summary>
    public abstract void Committed();

    /// <summary>The group is not known to be durable, and nothing of it is visible; comes before <see cref="Fail"/>.</summary>
    public virtual void RolledBack()
    {
    }

    /// <summary>Lets the caller go on.</summary>
    public abstract void Complete();

    /// <summary>Lets the caller know.</summary>
    public abstract void Fail(StoreUnavailableException exception);
}

/// <summary>A change with a result.</summary>
internal abstract class GroupWork<TResult> : GroupWork
{
    // The writer goes on with the next group while the callers go on elsewhere.
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;
    private Exception? _refusal;

    /// <summary>Completes with the result once it is durable.</summary>
    public Task<TResult> Completion => _completion.Task;

    /// <summary>The same, unless the caller gives up before the writer takes it.</summary>
    public async ValueTask<TResult> WaitAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (work, token) => ((GroupWork<TResult>)work!).GiveUp(token), this);
        return await _completion.Task;
    }

    /// <summary>What its caller gets when the group is durable.</summary>
    public void SetResult(TResult result) => _result = result;

    /// <summary>It writes nothing: its caller gets the exception when the group has ended, and the rest of the group goes on.</summary>
    public void Refuse(Exception refusal) => _refusal = refusal;

    /// <inheritdoc/>
    public sealed override void Committed()
    {
        if (_refusal is null)
        {
            OnCommitted(_result!);
        }
    }

    /// <inheritdoc/>
    public sealed override void Complete()
    {
        if (_refusal is null)
        {
            _completion.TrySetResult(_result!);
        }
        else
        {
            _completion.TrySetException(_refusal);
        }
    }

    /// <inheritdoc/>
    public sealed override void Fail(StoreUnavailableException exception) => _completion.TrySetException(exception);

    /// <summary>What it wrote is durable.</summary>
    protected virtual void OnCommitted(TResult result)
    {
    }

    private void GiveUp(CancellationToken token)
    {
        if (TryGiveUp())
        {
            _completion.TrySetCanceled(token);
        }
    }
}
