namespace OnlineCF.Core.Models;

/// <summary>How a training round ended.</summary>
public enum RoundOutcome
{
    /// <summary>The candidate serves.</summary>
    Promoted = 0,

    /// <summary>The candidate was worse than what it had to beat.</summary>
    Rejected = 1,

    /// <summary>An error ended the round.</summary>
    Failed = 2,

    /// <summary>Somebody cancelled the round, or the server stopped.</summary>
    Cancelled = 3,
}

/// <summary>Hold-out figures of one model; NaN where not measured.</summary>
public sealed record ModelFigures(
    double TrainLoss, double ValidationLoss, double TrainRmse, double ValidationRmse, double ValidationNdcg10)
{
    /// <summary>Nothing measured.</summary>
    public static ModelFigures None { get; } = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}

/// <summary>What a training round did, kept whatever its outcome.</summary>
public sealed record RoundRecord
{
    /// <summary>Rises with every round.</summary>
    public required long RoundId { get; init; }

    /// <summary>How it ended.</summary>
    public required RoundOutcome Outcome { get; init; }

    /// <summary>The published version, or 0.</summary>
    public long Version { get; init; }

    /// <summary>Why it ended so, for people.</summary>
    public required string Reason { get; init; }

    /// <summary>Start of the round.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>End of the round.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Epochs done.</summary>
    public required int Epochs { get; init; }

    /// <summary>What each of them measured; empty in records from before this was kept.</summary>
    public EpochCurve Curve { get; init; } = EpochCurve.Empty;

    /// <summary>The rating log's sequence the round has read to.</summary>
    public long TrainedSequence { get; init; }

    /// <summary>Ratings in the training split.</summary>
    public required long Ratings { get; init; }

    /// <summary>Ratings processed per second of training.</summary>
    public required double RatingsPerSecond { get; init; }

    /// <summary>Whether everything was trained again from random initial values.</summary>
    public required bool FullRetrain { get; init; }

    /// <summary>The candidate's figures.</summary>
    public required ModelFigures Candidate { get; init; }

    /// <summary>The serving model's figures on the same hold-out.</summary>
    public required ModelFigures Serving { get; init; }

    /// <summary>The bias baseline's RMSE on the same hold-out.</summary>
    public required double BiasRmse { get; init; }

    /// <summary>The popularity baseline's NDCG@10 on the same hold-out.</summary>
    public required double PopularityNdcg10 { get; init; }
}

/// <summary>A published snapshot as the model store lists it.</summary>
/// <param name="Version">The snapshot's version.</param>
/// <param name="Serving">Whether this one serves.</param>
/// <param name="SizeBytes">Of the stored snapshot.</param>
/// <param name="Checksum">SHA-256 of the stored snapshot, lower-case hex.</param>
/// <param name="Round">The round that made it.</param>
public sealed record ModelRecord(long Version, bool Serving, long SizeBytes, string Checksum, RoundRecord Round);
