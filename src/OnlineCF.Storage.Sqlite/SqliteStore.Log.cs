using Microsoft.Extensions.Logging;

namespace OnlineCF.Storage.Sqlite;

/// <summary>What the embedded store says to whoever runs the server.</summary>
internal static partial class SqliteStoreLog
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "{Fault}")]
    public static partial void CannotWrite(this ILogger logger, string fault);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "'{File}' can be written again.")]
    public static partial void CanWriteAgain(this ILogger logger, string file);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Error, Message = "{Loss}")]
    public static partial void RatingsMayBeLost(this ILogger logger, string loss);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning, Message = "A snapshot was set aside: {Reason}")]
    public static partial void SnapshotSetAside(this ILogger logger, string reason);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning,
        Message = "'{File}' {Loss}; it was made anew from {Count} snapshots. Version {Version} serves. Rounds that published nothing are forgotten.")]
    public static partial void ManifestMadeAnew(this ILogger logger, string file, string loss, int count, long version);
}
