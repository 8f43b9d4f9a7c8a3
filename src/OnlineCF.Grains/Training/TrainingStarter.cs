using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Training;

/// <summary>
/// Wakes the training grain once the silo is up. A server whose model store cannot be written serves all the same, so
/// that this is tried until it succeeds.
/// </summary>
internal sealed partial class TrainingStarter(IGrainFactory grains, TimeProvider time, ILogger<TrainingStarter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var outage = new Outage();
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await grains.GetGrain<ITrainingGrain>(0).WakeAsync().WaitAsync(stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (outage.IsNews(exception))
                {
                    LogAsleep(exception);
                }
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(EventId = 3077, Level = LogLevel.Warning, Message = "The training grain does not wake yet; it will be woken again.")]
    private partial void LogAsleep(Exception exception);
}
