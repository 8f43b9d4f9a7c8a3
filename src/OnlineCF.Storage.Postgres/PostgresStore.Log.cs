using Microsoft.Extensions.Logging;

namespace OnlineCF.Storage.Postgres;

/// <summary>What the shared store says to whoever runs the server.</summary>
internal static partial class PostgresStoreLog
{
    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "{Database}: made schema step {Step}, {Name}.")]
    public static partial void MigrationMade(this ILogger logger, string database, int step, string name);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "{Fault}")]
    public static partial void CannotBeReached(this ILogger logger, string fault);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning, Message = "{Database} answers again.")]
    public static partial void AnswersAgain(this ILogger logger, string database);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Warning, Message = "What is left of model {Version} could not be cleared away; the next publication does it.")]
    public static partial void ChunksLeft(this ILogger logger, long version, Exception exception);
}
