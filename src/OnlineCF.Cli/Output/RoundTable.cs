using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Output;

/// <summary>Training rounds as a table.</summary>
internal static class RoundTable
{
    /// <summary>Writes one row a round; where there is little room, the reasons stand below.</summary>
    public static void Write(Terminal terminal, IReadOnlyCollection<TrainingRound> rounds)
    {
        var table = new FittedTable(
            terminal.IsNarrow,
            "#round", "outcome", "#version", "started (UTC)", "?#seconds", "?#ratings", "#RMSE", "#NDCG@10", "?reason");
        foreach (var round in rounds)
        {
            var figures = round.Candidate ?? new ModelFigures();
            table.Add(
                Tables.Number(round.RoundId),
                Outcome(round.Outcome),
                round.Version > 0 ? Tables.Number(round.Version) : Tables.NotMeasured,
                Tables.Moment(round.StartedAt),
                Tables.Figure(round.Duration?.ToTimeSpan().TotalSeconds ?? double.NaN, "0.0"),
                Tables.Show(round.Ratings),
                Tables.Figure(figures.ValidationRmse),
                Tables.Figure(figures.ValidationNdcg10),
                round.Reason);
        }

        terminal.Write(table);
        foreach (var round in rounds.Where(x => terminal.IsNarrow && x.Reason.Length > 0))
        {
            terminal.WriteLine($"Round {Tables.Number(round.RoundId)}: {round.Reason}");
        }
    }

    /// <summary>The outcome as the metrics name it.</summary>
    public static string Outcome(RoundOutcome outcome) => outcome switch
    {
        RoundOutcome.Promoted => "promoted",
        RoundOutcome.Rejected => "rejected",
        RoundOutcome.Failed => "failed",
        RoundOutcome.Cancelled => "cancelled",
        _ => "unknown",
    };

    /// <summary>How a round ended and why, in one line.</summary>
    public static string Sentence(TrainingRound round)
    {
        var version = round.Outcome == RoundOutcome.Promoted ? $" as version {Tables.Number(round.Version)}" : "";
        return $"Round {Tables.Number(round.RoundId)} {Outcome(round.Outcome)}{version}: {round.Reason}";
    }
}
