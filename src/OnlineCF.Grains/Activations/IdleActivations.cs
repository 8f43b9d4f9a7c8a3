using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace OnlineCF.Grains.Activations;

/// <summary>Ends grains that nobody has called for long, in monotonic time.</summary>
internal sealed class IdleActivations(IdleAges ages, TimeProvider time) : BackgroundService, IActivationWorkingSetObserver
{
    /// <summary>How long a grain stays without a call, unless its class says otherwise.</summary>
    public static readonly TimeSpan DefaultAge = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    private static readonly DeactivationReason Idle = new(DeactivationReasonCode.ActivationIdle, "Nobody has called for long.");
    private readonly IdleQueue<IActivationWorkingSetMember> _idle = new(Step, time);

    /// <inheritdoc/>
    public void OnActive(IActivationWorkingSetMember member) => _idle.Remove(member);

    /// <inheritdoc/>
    public void OnDeactivating(IActivationWorkingSetMember member) => _idle.Remove(member);

    /// <inheritdoc/>
    public void OnDeactivated(IActivationWorkingSetMember member) => _idle.Remove(member);

    /// <inheritdoc/>
    /// <remarks>Orleans says so of a grain without a call for some ten seconds, and also just before it deactivates one.</remarks>
    public void OnEvicted(IActivationWorkingSetMember member)
    {
        if (member is IGrainContext grain && ages.Of(grain.GrainId.Type) is var age && age != Timeout.InfiniteTimeSpan)
        {
            _idle.Add(member, age);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var member in _idle.TakeDue())
            {
                // A call that comes just now goes to the next activation.
                ((IGrainContext)member).Deactivate(Idle, CancellationToken.None);
            }
        }
    }
}
