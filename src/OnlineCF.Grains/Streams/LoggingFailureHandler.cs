using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams;

namespace OnlineCF.Grains.Streams;

/// <summary>
/// Names a batch that could not be delivered for a while. Nothing is lost by going on: the next batch does
/// not join on, and the subscriber reads the gap from the log.
/// </summary>
internal sealed partial class LoggingFailureHandler(ILogger logger) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamId, StreamSequenceToken? sequenceToken)
    {
        LogUndelivered(streamId, sequenceToken);
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamId, StreamSequenceToken? sequenceToken)
    {
        LogUndelivered(streamId, sequenceToken);
        return Task.CompletedTask;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Warning,
        Message = "Stream {StreamId} could not deliver the batch at {Token}; its subscriber will read it from the log.")]
    private partial void LogUndelivered(StreamId streamId, StreamSequenceToken? token);
}
