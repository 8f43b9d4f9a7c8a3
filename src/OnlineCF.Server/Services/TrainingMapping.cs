using Google.Protobuf.WellKnownTypes;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Protocol.V1;
using Silo = OnlineCF.Protocol.V1.Silo;
using TrainingRound = OnlineCF.Protocol.V1.TrainingRound;

namespace OnlineCF.Server.Services;

/// <summary>Rounds and epochs as they go out.</summary>
internal static class TrainingMapping
{
    /// <summary>A silo.</summary>
    public static Silo ToProto(SiloDescription silo) => new()
    {
        Address = silo.Address,
        Roles = silo.Roles,
        Version = silo.Version,
        ModelVersion = silo.ModelVersion,
        Activations = silo.Activations,
    };

    /// <summary>What a promotion did.</summary>
    public static OnlineComparison ToProto(ModelTrial trial) => new()
    {
        AgainstVersion = trial.Against,
        Ratings = trial.Ratings,
        Rmse = trial.Sums.RmseOf(trial.Ratings),
        AgainstRmse = trial.AgainstSums.RmseOf(trial.Ratings),
        Liked = trial.Liked,
        HitRate10 = trial.Liked == 0 ? 0 : trial.Sums.HitRate10Of(trial.Liked),
        AgainstHitRate10 = trial.Liked == 0 ? 0 : trial.AgainstSums.HitRate10Of(trial.Liked),
        Ndcg10 = trial.Liked == 0 ? 0 : trial.Sums.Ndcg10Of(trial.Liked),
        AgainstNdcg10 = trial.Liked == 0 ? 0 : trial.AgainstSums.Ndcg10Of(trial.Liked),
    };

    /// <summary>A finished round.</summary>
    public static TrainingRound ToProto(RoundRecord round)
    {
        var proto = new TrainingRound
        {
            RoundId = round.RoundId,
            Outcome = round.Outcome switch
            {
                Core.Models.RoundOutcome.Promoted => Protocol.V1.RoundOutcome.Promoted,
                Core.Models.RoundOutcome.Rejected => Protocol.V1.RoundOutcome.Rejected,
                Core.Models.RoundOutcome.Failed => Protocol.V1.RoundOutcome.Failed,
                _ => Protocol.V1.RoundOutcome.Cancelled,
            },
            Version = round.Version,
            Reason = round.Reason,
            StartedAt = Timestamp.FromDateTimeOffset(round.StartedAt),
            Duration = Duration.FromTimeSpan(round.EndedAt - round.StartedAt),
            Epochs = round.Epochs,
            Ratings = round.Ratings,
            RatingsPerSecond = OrZero(round.RatingsPerSecond),
            FullRetrain = round.FullRetrain,
            Candidate = ToProto(round.Candidate),
            Serving = ToProto(round.Serving),
        };
        Set(round.BiasRmse, value => proto.BiasRmse = value);
        Set(round.PopularityNdcg10, value => proto.PopularityNdcg10 = value);
        return proto;
    }

    /// <summary>A finished round with its epochs.</summary>
    public static TrainingRound WithEpochs(RoundRecord round)
    {
        var proto = ToProto(round);
        proto.EpochFigures.AddRange(round.Curve.Epochs.Select(epoch => new Protocol.V1.EpochFigures
        {
            Epoch = epoch.Epoch,
            Figures = ToProto(epoch.Figures),
            RatingsPerSecond = OrZero(epoch.RatingsPerSecond),
        }));
        return proto;
    }

    /// <summary>A round whose record the store could not take; it is over all the same.</summary>
    public static TrainingRound Unrecorded(long roundId, DateTimeOffset now) => new()
    {
        RoundId = roundId,
        Outcome = Protocol.V1.RoundOutcome.Failed,
        Reason = "the store could not take the round's record; the server's log says why",
        StartedAt = Timestamp.FromDateTimeOffset(now),
        Duration = new Duration(),
        Candidate = new Protocol.V1.ModelFigures(),
        Serving = new Protocol.V1.ModelFigures(),
    };

    /// <summary>An epoch, or the end of a round without its record.</summary>
    public static TrainingEvent ToProto(Grains.Training.TrainingEvent item) => new()
    {
        RoundId = item.RoundId,
        Epoch = item.Epoch,
        Epochs = item.Epochs,
        TrainLoss = OrZero(item.TrainLoss),
        ValidationLoss = OrZero(item.ValidationLoss),
        TrainRmse = OrZero(item.TrainRmse),
        ValidationRmse = OrZero(item.ValidationRmse),
        ValidationNdcg10 = OrZero(item.ValidationNdcg10),
        Ratings = item.Ratings,
        RatingsPerSecond = OrZero(item.RatingsPerSecond),
    };

    /// <summary>The latest epoch's figures into the status.</summary>
    public static void Copy(Grains.Training.TrainingEvent epoch, GetTrainingResponse response)
    {
        response.Epoch = epoch.Epoch;
        response.Epochs = epoch.Epochs;
        response.TrainLoss = OrZero(epoch.TrainLoss);
        response.ValidationLoss = OrZero(epoch.ValidationLoss);
        response.TrainRmse = OrZero(epoch.TrainRmse);
        response.ValidationRmse = OrZero(epoch.ValidationRmse);
        response.ValidationNdcg10 = OrZero(epoch.ValidationNdcg10);
    }

    private static Protocol.V1.ModelFigures ToProto(Core.Models.ModelFigures figures)
    {
        var proto = new Protocol.V1.ModelFigures();
        Set(figures.TrainLoss, value => proto.TrainLoss = value);
        Set(figures.ValidationLoss, value => proto.ValidationLoss = value);
        Set(figures.TrainRmse, value => proto.TrainRmse = value);
        Set(figures.ValidationRmse, value => proto.ValidationRmse = value);
        Set(figures.ValidationNdcg10, value => proto.ValidationNdcg10 = value);
        return proto;
    }

    private static void Set(double value, Action<double> set)
    {
        if (double.IsFinite(value))
        {
            set(value);
        }
    }

    private static double OrZero(double value) => double.IsFinite(value) ? value : 0;
}
