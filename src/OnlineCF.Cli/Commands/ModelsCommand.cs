using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf models</summary>
internal static class ModelsCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var verb = new Verb(
            "models",
            "List the kept model versions with their hold-out figures, newest first.",
            environment,
            talksToServer: true,
            "onlinecf models",
            "onlinecf models --json");
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Training.ListModelsAsync(
                new ListModelsRequest(), ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, x));
        });
        return verb;
    }

    private static void Write(Terminal terminal, ListModelsResponse answer)
    {
        if (answer.Models.Count == 0)
        {
            terminal.WriteLine("No model yet; 'onlinecf train' makes one.");
            return;
        }

        var table = new FittedTable(
            terminal.IsNarrow,
            "#version", "serving", "trained (UTC)", "#ratings", "?#epochs", "#RMSE", "#NDCG@10", "?#size", "?checksum");
        foreach (var model in answer.Models)
        {
            var figures = model.Round?.Candidate ?? new ModelFigures();
            table.Add(
                Tables.Number(model.Version),
                model.Serving ? "yes" : "",
                Tables.Moment(model.Round?.StartedAt),
                Tables.Show(model.Round?.Ratings ?? 0),
                Tables.Number(model.Round?.Epochs ?? 0),
                Tables.Figure(figures.ValidationRmse),
                Tables.Figure(figures.ValidationNdcg10),
                Tables.Megabytes(model.SizeBytes),
                model.Checksum.Length > 12 ? model.Checksum[..12] : model.Checksum);
        }

        terminal.Write(table);
    }
}
