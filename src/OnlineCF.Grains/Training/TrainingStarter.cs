using Microsoft.Extensions.Hosting;

namespace OnlineCF.Grains.Training;

/// <summary>Wakes the training grain when the silo is up.</summary>
internal sealed class TrainingStarter(IGrainFactory grains) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => grains.GetGrain<ITrainingGrain>(0).WakeAsync();

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
