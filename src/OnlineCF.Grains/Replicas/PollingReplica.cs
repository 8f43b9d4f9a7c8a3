using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OnlineCF.Grains.Replicas;

/// <summary>
/// Something of the cluster that this silo keeps in memory and looks after at intervals. A look that fails,
/// for whatever reason, leaves what is in memory as it is and never ends the host; the next look is a new try.
/// </summary>
/// <param name="what">What it is, in the log's words.</param>
/// <param name="consequence">What people notice while it cannot be read.</param>
/// <param name="period">From one look to the next.</param>
/// <param name="time">The clock of the interval.</param>
/// <param name="logger">Told once when looks begin to fail, and once when they succeed again.</param>
public abstract partial class PollingReplica(
    string what, string consequence, TimeSpan period, TimeProvider time, ILogger logger)
    : BackgroundService
{
    private readonly Outage _outage = new();

    /// <summary>The clock of this silo.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>Takes over what has changed.</summary>
    protected abstract Task PollAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PollAsync(stoppingToken);
                if (_outage.IsOver())
                {
                    LogReadAgain(what);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (_outage.IsNews(exception))
                {
                    LogUnreadable(what, consequence, exception);
                }
            }
        }
    }

    [LoggerMessage(EventId = 3040, Level = LogLevel.Warning, Message = "The {What} cannot be read; {Consequence}.")]
    private partial void LogUnreadable(string what, string consequence, Exception exception);

    [LoggerMessage(EventId = 3041, Level = LogLevel.Information, Message = "The {What} can be read again.")]
    private partial void LogReadAgain(string what);
}
