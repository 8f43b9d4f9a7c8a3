using System.Text.Json.Nodes;
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
        var round = await new RoundFollower(invocation.Connection.Training).FollowAsync(roundId, Show, cancel);
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(Document(round).ToJsonString());
        }
        else
        {
            invocation.Terminal.WriteLine(RoundTable.Sentence(round));
        }

        return round.Outcome is RoundOutcome.Promoted or RoundOutcome.Rejected ? ExitCodes.Ok : ExitCodes.Error;
    }

    private void Show(TrainingEvent training)
    {
        _epochs.Add(training);
        if (_epochs.Count == 1)
        {
            Line("epoch", "train loss", "validation RMSE", "NDCG@10", "ratings/s");
        }

        // Without a hold-out nothing was measured, and an event says so with zeros.
        var measured = training.ValidationRmse > 0;
        Line(
            $"{training.Epoch}/{training.Epochs}",
            Tables.Figure(training.TrainLoss),
            measured ? Tables.Figure(training.ValidationRmse) : Tables.NotMeasured,
            measured ? Tables.Figure(training.ValidationNdcg10) : Tables.NotMeasured,
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

    private JsonObject Document(TrainingRound round) => new()
    {
        ["roundId"] = Tables.Number(roundId),
        ["epochs"] = new JsonArray([.. _epochs.Select(x => JsonNode.Parse(JsonOutput.OfAnswer(x)))]),
        ["round"] = JsonNode.Parse(JsonOutput.OfAnswer(round)),
    };
}
