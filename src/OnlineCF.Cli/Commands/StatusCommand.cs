using System.CommandLine;
using OnlineCF.Cli.Output;
using OnlineCF.Protocol.V1;
using Silo = OnlineCF.Protocol.V1.Silo;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf status</summary>
internal static class StatusCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var rounds = NumberOption.Create("--rounds", "How many past training rounds to show", value: 5, least: 1, most: 1000);
        var verb = new Verb(
            "status",
            "Show what the server has, what serves, and how training went.",
            environment,
            talksToServer: true,
            "onlinecf status",
            "onlinecf status --rounds 20 --json")
        {
            rounds,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var answer = await invocation.Connection.Training.GetTrainingAsync(
                new GetTrainingRequest { Rounds = invocation.Value(rounds) }, ServerConnection.Unary(cancel));
            return invocation.Answer(answer, x => Write(invocation.Terminal, invocation.Server, x));
        });
        return verb;
    }

    private static void Write(Terminal terminal, ServerAddresses server, GetTrainingResponse status)
    {
        var table = Tables.Create("server", server.ToString());
        table.Add("model version", status.ModelVersion > 0 ? Tables.Number(status.ModelVersion) : "none yet");
        table.Add("rating log sequence", Tables.Show(status.Sequence));
        table.Add("ratings not trained yet", Tables.Show(status.PendingRatings));
        table.Add("training on", status.Trainer.Length == 0
            ? "no silo: rounds wait for one with the role train"
            : status.SiloList.Count > 1 ? $"{status.Device} of {status.Trainer}" : status.Device);
        table.Add("training", status.State == TrainingState.Running
            ? $"round {Tables.Number(status.RoundId)}, epoch {status.Epoch} of {status.Epochs}"
            : "idle");
        if (status.SiloList.Count > 1)
        {
            foreach (var silo in status.SiloList)
            {
                table.Add($"silo {silo.Address}", Describe(silo));
            }
        }

        if (status.StoreWarning.Length > 0)
        {
            table.Add("warning", status.StoreWarning);
        }

        terminal.Write(table);
        if (status.Rounds.Count > 0)
        {
            RoundTable.Write(terminal, status.Rounds);
        }
    }

    private static string Describe(Silo silo)
    {
        var model = silo.ModelVersion > 0 ? $"model {Tables.Number(silo.ModelVersion)}" : "no model yet";
        return silo.Roles.Length == 0
            ? "does not answer"
            : $"{silo.Roles.Replace(",", ", ", StringComparison.Ordinal)}; {model}; {Tables.Number(silo.Activations)} grains; {silo.Version}";
    }
}
