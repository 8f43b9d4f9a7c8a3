using OnlineCF.Core.Training;

namespace OnlineCF.Training.Tests.Rounds;

/// <summary>Keeps the epochs it hears of.</summary>
internal sealed class EpochReports(Action<EpochReport>? onReport = null) : IProgress<EpochReport>
{
    public List<EpochReport> Heard { get; } = [];

    public void Report(EpochReport value)
    {
        Heard.Add(value);
        onReport?.Invoke(value);
    }
}
