using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Tests.Cluster;

/// <summary>A trainer that does what a test says.</summary>
internal sealed class TestTrainer : IModelTrainer
{
    private int _rounds;

    /// <summary>What happens in a round; until a test says otherwise a candidate passes at once.</summary>
    public Func<TrainingRequest, IProgress<EpochReport>, CancellationToken, TrainingResult> Body { get; set; } =
        (request, _, _) => TestModels.Passed(request);

    /// <summary>Rounds that have begun.</summary>
    public int Rounds => Volatile.Read(ref _rounds);

    public string Device => "cpu";

    public int Threads => 1;

    public TrainingResult Train(
        TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _rounds);
        return Body(request, progress, cancellationToken);
    }

    public void Dispose()
    {
    }
}
