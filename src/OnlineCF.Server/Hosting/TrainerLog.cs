namespace OnlineCF.Server.Hosting;

/// <summary>Writes what the trainer says into the server's log.</summary>
internal sealed partial class TrainerLog(ILogger<TrainerLog> logger)
{
    [LoggerMessage(EventId = 4010, Level = LogLevel.Information, Message = "{Text}")]
    public partial void Write(string text);
}
