using System.Globalization;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Streams;

/// <summary>Ratings on their way; sent again unchanged when their answer did not come.</summary>
internal sealed class RatingBatch(long number)
{
    private readonly TaskCompletionSource<RatingAcknowledgement> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The message.</summary>
    public StreamRatingsRequest Request { get; } = new() { BatchId = number.ToString(CultureInfo.InvariantCulture) };

    /// <summary>Completes when it is acknowledged, or will never be.</summary>
    public Task<RatingAcknowledgement> Done => _done.Task;

    /// <summary>It is durable.</summary>
    public void Acknowledge(RatingAcknowledgement acknowledgement) => _done.SetResult(acknowledgement);

    /// <summary>Nobody will acknowledge it; whoever waits for it is told, and nobody need.</summary>
    public void Fail(Exception exception)
    {
        _done.SetException(exception);
        _ = _done.Task.Exception;
    }
}
