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
            "#version", "serving", "trained (UTC)", "#ratings", "?#epochs", "#RMSE", "#NDCG@10",
            "?#online RMSE", "?#online hit rate@10", "?#size", "?checksum");
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
                Compared(model.Online?.Rmse, model.Online?.AgainstRmse),
                model.Online is { Liked: > 0 } online ? Compared(online.HitRate10, online.AgainstHitRate10) : "",
                Tables.Megabytes(model.SizeBytes),
                model.Checksum.Length > 12 ? model.Checksum[..12] : model.Checksum);
        }

        terminal.Write(table);
        if (answer.Models.Any(model => model.Online is not null))
        {
            terminal.WriteLine("Online: on the same ratings just before they came; in brackets the model that served before.");
        }
    }

    private static string Compared(double? own, double? before) =>
        own is null || before is null ? "" : $"{Tables.Figure(own.Value)} ({Tables.Figure(before.Value)})";
}
