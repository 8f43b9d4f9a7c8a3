using System.CommandLine;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf import</summary>
internal static class ImportCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var path = new Argument<string>("PATH")
        {
            Description = "A MovieLens folder or zip of any edition, or a CSV of user,movie,rating[,timestamp]",
        };
        var fromStart = new Option<bool>("--from-start")
        {
            Description = "Send everything again, even where an earlier import of the same file stopped",
        };
        var verb = new Verb(
            "import",
            "Send movies and ratings from files to the server. Broken off and started again, it goes on where it stopped. "
            + "Ratings without a timestamp get the file's time.",
            environment,
            talksToServer: true,
            "onlinecf import ml-latest-small.zip",
            "onlinecf import ml-1m/",
            "onlinecf import ratings.csv --server http://localhost:5081 --json")
        {
            path,
            fromStart,
        };
        verb.Run(async (invocation, cancel) =>
        {
            using var dataset = Dataset.Find(invocation.Value(path));
            var result = await new ImportRun(invocation, dataset, invocation.Value(fromStart)).RunAsync(cancel);
            if (invocation.Json)
            {
                invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
            }
            else
            {
                WriteTable(invocation.Terminal, result);
            }

            if (!result.HasTaken)
            {
                invocation.Terminal.Note("Nothing was taken: every line was rejected or skipped, as said above.");
            }

            return result.HasTaken ? ExitCodes.Ok : ExitCodes.Error;
        });
        return verb;
    }

    /// <summary>Shows what an import came to.</summary>
    public static void WriteTable(Terminal terminal, ImportResult result)
    {
        var table = Tables.Create("figure", "#value");
        table.Add("ratings accepted", Tables.Show(result.Accepted));
        table.Add("ratings duplicate", Tables.Show(result.Duplicate));
        table.Add("ratings stale", Tables.Show(result.Stale));
        table.Add("ratings rejected", Tables.Show(result.Rejected));
        table.Add("skipped lines", Tables.Show(result.SkippedLines));
        table.Add("movies", Tables.Show(result.Movies));
        table.Add("seconds", Tables.Figure(result.Seconds, "0.0"));
        table.Add("ratings/s", Tables.Show((long)result.RatingsPerSecond));
        terminal.Write(table);
        if (result.Stale > 0)
        {
            terminal.WriteLine("Stale: older than the rating that is known of the same user and movie, so that nothing changed.");
        }
    }
}
