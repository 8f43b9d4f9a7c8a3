using OnlineCF.Core.Models;
using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>What is kept of a round, however it ended.</summary>
/// <param name="round">The round.</param>
/// <param name="started">When it began.</param>
/// <param name="time">The clock.</param>
internal sealed class RoundRecords(TrainingRound round, DateTimeOffset started, TimeProvider time)
{
    private readonly List<EpochFigures> _epochs = [];
    private EpochReport? _last;

    /// <summary>Takes an epoch in.</summary>
    public void OnEpoch(EpochReport report)
    {
        _last = report;
        _epochs.Add(new EpochFigures(report.Epoch, report.Figures, report.RatingsPerSecond));
    }

    /// <summary>Of a round that came to a candidate, whatever becomes of it.</summary>
    public RoundRecord Of(TrainingResult result, RoundOutcome outcome, string reason) => new()
    {
        RoundId = round.RoundId,
        Outcome = outcome,
        Reason = reason,
        StartedAt = started,
        EndedAt = time.GetUtcNow(),
        Epochs = result.Epochs,
        Curve = new EpochCurve([.. _epochs]),
        TrainedSequence = result.Candidate.TrainedSequence,
        Ratings = result.Ratings,
        RatingsPerSecond = result.RatingsPerSecond,
        FullRetrain = result.FullRetrain,
        Candidate = result.Figures,
        Serving = result.Serving,
        BiasRmse = result.BiasRmse,
        PopularityNdcg10 = result.PopularityNdcg10,
    };

    /// <summary>Of a round without a candidate; it keeps what its last epoch measured.</summary>
    public RoundRecord Of(RoundOutcome outcome, string reason) => new()
    {
        RoundId = round.RoundId,
        Outcome = outcome,
        Reason = reason,
        StartedAt = started,
        EndedAt = time.GetUtcNow(),
        Epochs = _last?.Epoch ?? 0,
        Curve = new EpochCurve([.. _epochs]),
        Ratings = _last?.Ratings ?? 0,
        RatingsPerSecond = _last?.RatingsPerSecond ?? 0,
        FullRetrain = round.Request.FullRetrain,
        Candidate = _last?.Figures ?? ModelFigures.None,
        Serving = ModelFigures.None,
        BiasRmse = double.NaN,
        PopularityNdcg10 = double.NaN,
    };
}
