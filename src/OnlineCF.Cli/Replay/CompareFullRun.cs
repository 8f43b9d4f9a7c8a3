using System.Text.Json.Serialization;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Training.Factors;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Cli.Replay;

/// <summary>replay --compare-full: incremental rounds beside models trained in full on the same ratings.</summary>
internal sealed class CompareFullRun(VerbInvocation invocation, TrainingOptions options)
{
    /// <summary>Compares at every so many ratings and prints each checkpoint as it is reached.</summary>
    public int Run(IReadOnlyList<Rating> ratings, int every, CancellationToken cancel)
    {
        var terminal = invocation.Terminal;
        var checkpoints = new List<Checkpoint>();
        try
        {
            foreach (var round in IncrementalComparison.Run(ratings, every, options, terminal.Note, cancel))
            {
                checkpoints.Add(Checkpoint.Of(round));
                terminal.Note(
                    $"{Tables.Show(round.Ratings)} ratings: RMSE {Tables.Figure(round.Incremental.ValidationRmse)}, "
                    + $"in full {Tables.Figure(round.Full.ValidationRmse)}");
            }
        }
        catch (Exception e) when (e is DivergedException or DllNotFoundException)
        {
            throw new CommandException(ExitCodes.Error, e.Message, e);
        }

        if (invocation.Json)
        {
            terminal.WriteLine(JsonOutput.OfResult(new { checkpoints }));
            return ExitCodes.Ok;
        }

        var table = Tables.Create("#ratings", "round", "#steps/full", "#RMSE", "#RMSE full", "#NDCG@10", "#NDCG@10 full");
        foreach (var x in checkpoints)
        {
            table.Add(
                Tables.Show(x.Ratings), x.Promoted ? "promoted" : "rejected", Tables.Figure(x.StepShare, "0.00"),
                Tables.Figure(x.Rmse), Tables.Figure(x.RmseFull), Tables.Figure(x.Ndcg10), Tables.Figure(x.Ndcg10Full));
        }

        terminal.Write(table);
        return ExitCodes.Ok;
    }

    private sealed record Checkpoint
    {
        public required long Ratings { get; init; }

        public required bool Promoted { get; init; }

        public required double StepShare { get; init; }

        public required double? Rmse { get; init; }

        public required double? RmseFull { get; init; }

        [JsonPropertyName("ndcg_10")]
        public required double? Ndcg10 { get; init; }

        [JsonPropertyName("ndcg_10_full")]
        public required double? Ndcg10Full { get; init; }

        public static Checkpoint Of(ComparedRound round) => new()
        {
            Ratings = round.Ratings,
            Promoted = round.Promoted,
            StepShare = round.StepShare,
            Rmse = Measured(round.Incremental.ValidationRmse),
            RmseFull = Measured(round.Full.ValidationRmse),
            Ndcg10 = Measured(round.Incremental.ValidationNdcg10),
            Ndcg10Full = Measured(round.Full.ValidationNdcg10),
        };

        private static double? Measured(double figure) => double.IsFinite(figure) ? figure : null;
    }
}
