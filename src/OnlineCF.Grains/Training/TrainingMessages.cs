using OnlineCF.Core.Models;
using OnlineCF.Core.Training;

namespace OnlineCF.Grains.Training;

/// <summary>Why a round did or did not start.</summary>
public enum StartResult
{
    /// <summary>It runs.</summary>
    Started = 0,

    /// <summary>Another one runs.</summary>
    AlreadyRunning = 1,

    /// <summary>The rating log is empty.</summary>
    NothingToTrain = 2,

    /// <summary>The silo that would train is stopping.</summary>
    NoTrainer = 3,
}

/// <summary>The result of a start and the round that runs.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.StartOutcome")]
public sealed record StartOutcome([property: Id(0)] StartResult Result, [property: Id(1)] long RoundId);

/// <summary>How a rollback ended.</summary>
public enum RollbackResult
{
    /// <summary>The version serves.</summary>
    Serving = 0,

    /// <summary>The version is not kept.</summary>
    NotFound = 1,

    /// <summary>The version cannot be read; what served goes on.</summary>
    Corrupt = 2,
}

/// <summary>The result of a rollback, with a reason for people.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RollbackOutcome")]
public sealed record RollbackOutcome([property: Id(0)] RollbackResult Result, [property: Id(1)] string Reason);

/// <summary>Where training stands; the latest event is null before the first epoch of a process's life.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.TrainingStatus")]
public sealed record TrainingStatus(
    [property: Id(0)] long RunningRoundId,
    [property: Id(1)] TrainingEvent? LatestEpoch,
    [property: Id(2)] long PendingRatings,
    [property: Id(3)] long Sequence,
    [property: Id(4)] string Device,
    [property: Id(5)] string Silo);

/// <summary>An epoch's figures, or with <paramref name="Finished"/> the end of a round.</summary>
[GenerateSerializer, Immutable, Alias("onlinecf.TrainingEvent")]
public sealed record TrainingEvent(
    [property: Id(0)] long Number,
    [property: Id(1)] long RoundId,
    [property: Id(2)] int Epoch,
    [property: Id(3)] int Epochs,
    [property: Id(4)] double TrainLoss,
    [property: Id(5)] double ValidationLoss,
    [property: Id(6)] double TrainRmse,
    [property: Id(7)] double ValidationRmse,
    [property: Id(8)] double ValidationNdcg10,
    [property: Id(9)] long Ratings,
    [property: Id(10)] double RatingsPerSecond,
    [property: Id(11)] bool Finished)
{
    /// <summary>The event of an epoch, not yet numbered.</summary>
    public static TrainingEvent Of(long roundId, EpochReport report) => new(
        0, roundId, report.Epoch, report.Epochs, report.Figures.TrainLoss, report.Figures.ValidationLoss,
        report.Figures.TrainRmse, report.Figures.ValidationRmse, report.Figures.ValidationNdcg10, report.Ratings,
        report.RatingsPerSecond, false);
}

/// <summary>
/// What the grain must know of a finished round. <paramref name="TrainedSequence"/> is 0 where its ratings are left to the next one.
/// </summary>
[GenerateSerializer, Immutable, Alias("onlinecf.RoundReport")]
public sealed record RoundReport(
    [property: Id(0)] long RoundId,
    [property: Id(1)] RoundOutcome Outcome,
    [property: Id(2)] long TrainedSequence,
    [property: Id(3)] bool FullRetrain)
{
    /// <summary>The term under which nothing could be published, because a newer one exists; else 0.</summary>
    [Id(4)]
    public long LostTerm { get; init; }

    /// <summary>Whether a round failed because a store was away or had no room.</summary>
    [Id(5)]
    public bool StoreAway { get; init; }
}
