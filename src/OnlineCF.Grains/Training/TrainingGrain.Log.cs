using Microsoft.Extensions.Logging;

namespace OnlineCF.Grains.Training;

/// <content>What it says.</content>
public sealed partial class TrainingGrain
{
    [LoggerMessage(EventId = 3060, Level = LogLevel.Information,
        Message = "Training round {RoundId} starts {From} with {Pending} new ratings.")]
    private partial void LogStarted(long roundId, string from, long pending);

    [LoggerMessage(EventId = 3061, Level = LogLevel.Information, Message = "Model {Version} serves, as somebody asked for.")]
    private partial void LogRolledBack(long version);

    [LoggerMessage(EventId = 3062, Level = LogLevel.Warning, Message = "No round can start; it is tried again.")]
    private partial void LogStoreAway(Exception exception);

    [LoggerMessage(EventId = 3063, Level = LogLevel.Warning,
        Message = "Rounds were trained up to sequence {Trained}, but the rating log ends at {Last}: it is another one, or a part of it is gone. "
            + "The next round trains on all of it, from scratch.")]
    private partial void LogLogIsShorter(long trained, long last);

    [LoggerMessage(EventId = 3064, Level = LogLevel.Information, Message = "Rounds can start again.")]
    private partial void LogStoreBack();

    [LoggerMessage(EventId = 3065, Level = LogLevel.Warning,
        Message = "Another trainer has taken over from term {Term}; this one stops, and what it trained is not published.")]
    private partial void LogTermLost(long term);

    [LoggerMessage(EventId = 3066, Level = LogLevel.Warning,
        Message = "The last traces of erased ratings could not be removed; they will be after the next round.")]
    private partial void LogNotForgotten(Exception exception);
}
