using System.Runtime.InteropServices;
using OnlineCF.Training.Native;

namespace OnlineCF.Training.Factors.Torch;

/// <summary>
/// Heads whose device may fail, as one whose memory another process has taken does. What libtorch throws then is a
/// page of its own stack; this says what failed in one line.
/// </summary>
internal sealed class GuardedHeads : IHeads
{
    private readonly string _device;
    private readonly IHeads _heads;

    /// <summary>Makes the heads, which may fail too.</summary>
    public GuardedHeads(string device, Func<IHeads> create)
    {
        _device = device;
        _heads = Guarded(create);
    }

    /// <inheritdoc/>
    public void BeginEpoch(int[] order) => Guard(() => _heads.BeginEpoch(order));

    /// <inheritdoc/>
    public void Step(int first, int count, double learningRate) => Guard(() => _heads.Step(first, count, learningRate));

    /// <inheritdoc/>
    public EpochLoss EndEpoch() => Guarded(_heads.EndEpoch);

    /// <inheritdoc/>
    public void SolveUsers(int[] rows, CancellationToken cancellationToken) =>
        Guard(() => _heads.SolveUsers(rows, cancellationToken));

    /// <inheritdoc/>
    public void SolveMovies(int[] rows, CancellationToken cancellationToken) =>
        Guard(() => _heads.SolveMovies(rows, cancellationToken));

    /// <inheritdoc/>
    public HeadRows CopyUsers() => Guarded(_heads.CopyUsers);

    /// <inheritdoc/>
    public HeadRows CopyMovies() => Guarded(_heads.CopyMovies);

    /// <inheritdoc/>
    public void Dispose() => _heads.Dispose();

    private void Guard(Action action) => Guarded(() =>
    {
        action();
        return true;
    });

    private T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ExternalException e) when (e.GetType() == typeof(ExternalException))
        {
            var why = e.Message.AsSpan();
            var end = why.IndexOfAny('\r', '\n');
            why = end < 0 ? why : why[..end];

            // Its advice on the allocator's settings follows; the first sentences say what was short.
            var advice = why.IndexOf(" Process ", StringComparison.Ordinal);
            why = advice < 0 ? why : why[..advice];
            throw new DeviceUnavailableException($"Training on {_device} failed: {why.TrimEnd('.')}.", e);
        }
    }
}
