using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Silos;
using OnlineCF.Grains.Training;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using Orleans.Runtime;
using TrainingEvent = OnlineCF.Protocol.V1.TrainingEvent;

namespace OnlineCF.Server.Services;

/// <summary>Training steered and shown.</summary>
public sealed class TrainingGrpcService(TrainingSilos training, IModelStore store, ModelReplica models,
    ReplicaBroadcast replicas, SiloOverview silos, IStoreHealth storeHealth, StreamLife streams, TimeProvider time)
    : TrainingService.TrainingServiceBase
{
    private const int DefaultRounds = 10;
    private const int DefaultPageSize = 100;
    private const int RoundsKept = 1000;

    // The round that has just ended is among the latest.
    private const int RoundsSearched = 20;
    private static readonly TimeSpan LongPoll = TimeSpan.FromSeconds(10);

    private ITrainingGrain Training => training.Find() ?? throw Refusals.Precondition("No silo has the role train.");

    /// <inheritdoc/>
    public override async Task<StartTrainingResponse> StartTraining(
        StartTrainingRequest request, ServerCallContext context)
    {
        var outcome = await Training.StartAsync(request.FullRetrain);
        return outcome.Result switch
        {
            StartResult.Started => new StartTrainingResponse { RoundId = outcome.RoundId },
            StartResult.AlreadyRunning => throw Refusals.Precondition($"Round {outcome.RoundId} is running."),
            StartResult.NothingToTrain => throw Refusals.Precondition("Nothing has been rated yet, so there is nothing to train on."),
            _ => throw Refusals.Precondition("No silo with the role train can start a round now."),
        };
    }

    /// <inheritdoc/>
    public override async Task<CancelTrainingResponse> CancelTraining(
        CancelTrainingRequest request, ServerCallContext context) => new()
        {
            RoundId = await Training.CancelAsync() ?? throw Refusals.Precondition("No round is running."),
        };

    /// <inheritdoc/>
    public override async Task<GetTrainingResponse> GetTraining(GetTrainingRequest request, ServerCallContext context)
    {
        var count = Refusals.Count(request.Rounds, "rounds", DefaultRounds);
        var status = await training.GetStatusAsync(context.CancellationToken);
        var up = await silos.GetAsync(context.CancellationToken);
        var response = new GetTrainingResponse
        {
            State = status.RunningRoundId == 0 ? TrainingState.Idle : TrainingState.Running,
            RoundId = status.RunningRoundId,
            PendingRatings = status.PendingRatings,
            Sequence = status.Sequence,
            ModelVersion = models.Current?.Version ?? 0,
            Device = status.Device,
            StoreWarning = storeHealth.Warning,
            Silos = up.Count,
            Trainer = status.Silo,
        };
        response.SiloList.AddRange(up.Select(TrainingMapping.ToProto));
        if (models.Current is { } model)
        {
            response.ModelTrainedAt = Timestamp.FromDateTimeOffset(model.Snapshot.TrainedAt);
        }

        if (status.LatestEpoch is { } epoch)
        {
            TrainingMapping.Copy(epoch, response);
        }

        var rounds = await store.ListRoundsAsync(count, context.CancellationToken);
        response.Rounds.AddRange(rounds.Select(TrainingMapping.ToProto));
        return response;
    }

    /// <inheritdoc/>
    public override async Task WatchTraining(
        WatchTrainingRequest request, IServerStreamWriter<TrainingEvent> responseStream, ServerCallContext context)
    {
        using var life = streams.Of(context);

        // A client that wants one round and finds none running wants the next one.
        var idle = request.OneRound && (await Training.GetStatusAsync()).RunningRoundId == 0;
        var seen = idle ? (await Training.WaitForEventsAsync(0, TimeSpan.Zero, life.Token)).LastOrDefault()?.Number ?? 0 : 0;

        // The headers tell the client that from here on it misses nothing.
        await context.WriteResponseHeadersAsync([]);
        await context.GetHttpContext().Response.Body.FlushAsync(context.CancellationToken);
        while (true)
        {
            var events = await Training.WaitForEventsAsync(seen, LongPoll, life.Token).WaitAsync(life.Token);
            foreach (var item in events)
            {
                seen = item.Number;
                await responseStream.WriteAsync(await ToProtoAsync(item), context.CancellationToken);
                if (item.Finished && request.OneRound)
                {
                    return;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<ListRoundsResponse> ListRounds(ListRoundsRequest request, ServerCallContext context)
    {
        var pageSize = Refusals.Count(request.PageSize, "page_size", DefaultPageSize);
        var before = BeforeOf(request.PageToken);
        var rounds = await store.ListRoundsAsync(RoundsKept, context.CancellationToken);
        RoundRecord[] older = [.. rounds.Where(round => round.RoundId < before).Take(pageSize + 1)];
        var response = new ListRoundsResponse();
        response.Rounds.AddRange(older.Take(pageSize).Select(TrainingMapping.WithEpochs));
        if (older.Length > pageSize)
        {
            response.NextPageToken = older[pageSize - 1].RoundId.ToString(CultureInfo.InvariantCulture);
        }

        return response;
    }

    private static long BeforeOf(string pageToken) => pageToken.Length == 0
        ? long.MaxValue
        : long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
        ? before
        : throw Refusals.Invalid("page_token", "is not one that ListRounds gave");

    /// <inheritdoc/>
    public override async Task<ListModelsResponse> ListModels(ListModelsRequest request, ServerCallContext context)
    {
        var response = new ListModelsResponse();
        var trials = await replicas.TrialsAsync();
        foreach (var model in await store.ListModelsAsync(context.CancellationToken))
        {
            response.Models.Add(new Model
            {
                Version = model.Version,
                Serving = model.Version == (models.Current?.Version ?? 0),
                SizeBytes = model.SizeBytes,
                Checksum = model.Checksum,
                Round = TrainingMapping.ToProto(model.Round),
                Online = trials.FirstOrDefault(trial => trial.Version == model.Version && trial.IsShown) is { } trial
                    ? TrainingMapping.ToProto(trial)
                    : null,
            });
        }

        return response;
    }

    /// <inheritdoc/>
    public override async Task<RollbackModelResponse> RollbackModel(
        RollbackModelRequest request, ServerCallContext context)
    {
        var version = Refusals.Id(request.Version, "version");
        var outcome = await Training.RollbackAsync(version);
        return outcome.Result switch
        {
            RollbackResult.Serving => new RollbackModelResponse { Version = version },
            RollbackResult.NotFound => throw Refusals.NotFound(outcome.Reason),
            _ => throw Refusals.Precondition(outcome.Reason),
        };
    }

    private async Task<TrainingEvent> ToProtoAsync(Grains.Training.TrainingEvent item)
    {
        var proto = TrainingMapping.ToProto(item);
        if (item.Finished)
        {
            var rounds = await store.ListRoundsAsync(RoundsSearched, CancellationToken.None);
            proto.Finished = rounds.Where(round => round.RoundId == item.RoundId).Select(TrainingMapping.ToProto).FirstOrDefault()
                ?? TrainingMapping.Unrecorded(item.RoundId, time.GetUtcNow());
        }

        return proto;
    }
}
