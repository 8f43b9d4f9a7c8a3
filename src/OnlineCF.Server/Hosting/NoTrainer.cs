using OnlineCF.Core.Training;

namespace OnlineCF.Server.Hosting;

/// <summary>In the trainer's place on a silo without the role train: nothing of training is loaded there.</summary>
internal sealed class NoTrainer : IModelTrainer
{
    /// <inheritdoc/>
    public string Device => "none";

    /// <inheritdoc/>
    public int Threads => 0;

    /// <inheritdoc/>
    public TrainingResult Train(TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("This silo does not have the role train.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
