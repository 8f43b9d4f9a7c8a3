namespace OnlineCF.Server.Hosting;

/// <summary>Writes what rooms without a logger of their own have to say into the server's log.</summary>
internal sealed partial class ComponentLog(ILogger<ComponentLog> logger)
{
    /// <summary>For the curious.</summary>
    [LoggerMessage(EventId = 4010, Level = LogLevel.Information, Message = "{Text}")]
    public partial void Write(string text);
}
