using System.Text.Json.Nodes;
using Grpc.Core;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>Follows one training round: an epoch a line, then its outcome.</summary>
internal sealed class RoundWatch(VerbInvocation invocation, long roundId)
{
    private readonly List<TrainingEvent> _epochs = [];

    /// <summary>Returns when the round has ended.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var round = await FollowAsync(cancel) ?? await FindAsync(cancel);
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(Document(round).ToJsonString());
        }
        else
        {
            invocation.Terminal.WriteLine(Sentence(round));
        }

        return round.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected ? ExitCodes.Ok : ExitCodes.Error;
    }

    // The stream begins with the events of the running or last round, so none of ours is missed.
    private async Task<TrainingRound?> FollowAsync(CancellationToken cancel)
    {
        using var call = invocation.Connection.Training.WatchTraining(
            new WatchTrainingRequest { OneRound = true }, cancellationToken: cancel);
        await foreach (var training in call.ResponseStream.ReadAllAsync(cancel))
        {
            if (training.RoundId > roundId)
            {
                return null;
            }

            if (training.RoundId < roundId)
            {
                continue;
            }

            if (training.Epoch > (_epochs.Count > 0 ? _epochs[^1].Epoch : 0))
            {
                _epochs.Add(training);
                Show(training);
            }

            if (training.Finished is { } finished)
            {
                return finished;
            }
        }

        return null;
    }

    // Another round has begun before the watch did: this one is among the past ones.
    private async Task<TrainingRound> FindAsync(CancellationToken cancel)
    {
        var status = await invocation.Connection.Training.GetTrainingAsync(
            new GetTrainingRequest { Rounds = 100 }, ServerConnection.Unary(cancel));
        return status.Rounds.FirstOrDefault(x => x.RoundId == roundId)
            ?? throw new CommandException(
                ExitCodes.Error, $"The server stopped telling about round {Tables.Number(roundId)} before it ended.");
    }

    private void Show(TrainingEvent training)
    {
        if (_epochs.Count == 1)
        {
            Line("epoch", "train loss", "validation RMSE", "NDCG@10", "ratings/s");
        }

        Line(
            $"{training.Epoch}/{training.Epochs}",
            Tables.Figure(training.TrainLoss),
            Tables.Figure(training.ValidationRmse),
            Tables.Figure(training.ValidationNdcg10),
            Tables.Show((long)training.RatingsPerSecond));
    }

    private void Line(string epoch, string loss, string rmse, string ndcg, string speed)
    {
        var line = $"{epoch,7}  {loss,10}  {rmse,15}  {ndcg,7}  {speed,10}";
        if (invocation.Json)
        {
            invocation.Terminal.Note(line);
        }
        else
        {
            invocation.Terminal.WriteLine(line);
        }
    }

    private static string Sentence(TrainingRound round)
    {
        var version = round.Outcome == RoundOutcome.Promoted ? $" as version {Tables.Number(round.Version)}" : "";
        return $"Round {Tables.Number(round.RoundId)} {RoundTable.Outcome(round.Outcome)}{version}: {round.Reason}";
    }

    private JsonObject Document(TrainingRound round) => new()
    {
        ["roundId"] = Tables.Number(roundId),
        ["epochs"] = new JsonArray([.. _epochs.Select(x => JsonNode.Parse(JsonOutput.Of(x)))]),
        ["round"] = JsonNode.Parse(JsonOutput.Of(round)),
    };
}
