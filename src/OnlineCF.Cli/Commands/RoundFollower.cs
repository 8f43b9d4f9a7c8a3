using Grpc.Core;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>Follows one training round to its end.</summary>
internal sealed class RoundFollower(TrainingService.TrainingServiceClient training)
{
    private const int PastRounds = 1000;

    /// <summary>Tells each epoch once and returns the finished round.</summary>
    /// <exception cref="CommandException">The server stopped telling about the round.</exception>
    public async Task<TrainingRound> FollowAsync(
        long roundId, Action<TrainingEvent> onEpoch, CancellationToken cancel) =>
        await WatchAsync(roundId, onEpoch, cancel) ?? await FindAsync(roundId, cancel);

    // The stream begins with the events of the running or last round, so none of ours is missed, even
    // where it has ended already; asking for one round alone would then wait for the next.
    private async Task<TrainingRound?> WatchAsync(
        long roundId, Action<TrainingEvent> onEpoch, CancellationToken cancel)
    {
        var epoch = 0;
        using var call = training.WatchTraining(new WatchTrainingRequest(), cancellationToken: cancel);
        await foreach (var item in call.ResponseStream.ReadAllAsync(cancel))
        {
            if (item.RoundId > roundId)
            {
                return null;
            }

            if (item.RoundId < roundId)
            {
                continue;
            }

            if (item.Epoch > epoch)
            {
                epoch = item.Epoch;
                onEpoch(item);
            }

            if (item.Finished is { } finished)
            {
                return finished;
            }
        }

        return null;
    }

    // Another round has begun before the watch did: this one is among the past ones.
    private async Task<TrainingRound> FindAsync(long roundId, CancellationToken cancel)
    {
        var status = await training.GetTrainingAsync(
            new GetTrainingRequest { Rounds = PastRounds }, ServerConnection.Unary(cancel));
        return status.Rounds.FirstOrDefault(x => x.RoundId == roundId)
            ?? throw new CommandException(
                ExitCodes.Error, $"The server stopped telling about round {Tables.Number(roundId)} before it ended.");
    }
}
