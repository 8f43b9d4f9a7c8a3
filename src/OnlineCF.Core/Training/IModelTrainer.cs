using OnlineCF.Core.Models;

namespace OnlineCF.Core.Training;

/// <summary>
/// Trains candidates from the rating log. Not thread-safe: one call at a time, on a thread of the caller's
/// that may be busy for minutes. Keeps the history it has read, so the next round reads on from there.
/// </summary>
public interface IModelTrainer : IDisposable
{
    /// <summary>What training runs on: "cpu" or "cuda".</summary>
    public string Device { get; }

    /// <summary>Processor threads that a round keeps busy at most.</summary>
    public int Threads { get; }

    /// <summary>
    /// Reads the log to its end, trains a candidate and measures it on the hold-out. With a seed and on cpu
    /// the same log and request give the same candidate.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled; seen between minibatches.</exception>
    /// <exception cref="StoreUnavailableException">The log cannot be read.</exception>
    public TrainingResult Train(
        TrainingRequest request, IProgress<EpochReport> progress, CancellationToken cancellationToken);
}

/// <summary>What a round starts from.</summary>
/// <param name="Serving">The snapshot to start from and to beat; null for the first round.</param>
/// <param name="FullRetrain">Train everything from random initial values.</param>
public sealed record TrainingRequest(FactorSnapshot? Serving, bool FullRetrain)
{
    /// <summary>How far the serving snapshot was ahead of the baselines when it was promoted; null where that is not known.</summary>
    public BaselineLead? ServingLead { get; init; }

    /// <summary>
    /// The best candidate so far, its movies alone; null where the serving one is the best. Used by a trainer that has
    /// not seen it pass, as after a restart.
    /// </summary>
    public FactorSnapshot? Best { get; init; }
}

/// <summary>Where a round stands after an epoch.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">How many there will be at most.</param>
/// <param name="Figures">Measured after this epoch.</param>
/// <param name="Ratings">Ratings in the training split.</param>
/// <param name="RatingsPerSecond">Ratings processed per second in this epoch.</param>
public sealed record EpochReport(int Epoch, int Epochs, ModelFigures Figures, long Ratings, double RatingsPerSecond);

/// <summary>A finished round, before anything is published.</summary>
public sealed record TrainingResult
{
    /// <summary>The candidate; its version is 0.</summary>
    public required FactorSnapshot Candidate { get; init; }

    /// <summary>Whether the candidate may serve.</summary>
    public required bool Passed { get; init; }

    /// <summary>Whether the candidate is the best so far; one that passes may be worse within the tolerance.</summary>
    public bool IsBest { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it was trained from random initial values.</summary>
    public required bool FullRetrain { get; init; }

    /// <summary>Epochs done.</summary>
    public required int Epochs { get; init; }

    /// <summary>Ratings in the training split.</summary>
    public required long Ratings { get; init; }

    /// <summary>Ratings processed per second, over all epochs.</summary>
    public required double RatingsPerSecond { get; init; }

    /// <summary>Ratings passed over by minibatches in all epochs together.</summary>
    public required long RatingsPassed { get; init; }

    /// <summary>The candidate's figures.</summary>
    public required ModelFigures Figures { get; init; }

    /// <summary>The serving model's figures on the same hold-out.</summary>
    public required ModelFigures Serving { get; init; }

    /// <summary>The bias baseline's RMSE on the same hold-out.</summary>
    public required double BiasRmse { get; init; }

    /// <summary>The popularity baseline's NDCG@10 on the same hold-out.</summary>
    public required double PopularityNdcg10 { get; init; }
}
