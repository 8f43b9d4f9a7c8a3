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
            Description = "A folder or zip of MovieLens (any edition), MovieTweetings or the Netflix Prize, a file with user, movie and "
                + "rating columns, or one person's export of Letterboxd or IMDb; .gz too",
        };
        var fromStart = new Option<bool>("--from-start")
        {
            Description = "Send everything again, even where an earlier import of the same file stopped",
        };
        var columns = new Option<string>("--columns")
        {
            Description = "Which column is which, by the header's names or by numbers from 1: user=…,movie=…,rating=…[,time=…]",
            HelpName = "ROLES",
        };
        var scale = new Option<string>("--scale")
        {
            Description = "The least and the most value of a file that has no stars, such as 0-10: they become 0.5 and 5",
            HelpName = "LEAST-MOST",
        };
        var dateFormat = new Option<string[]>("--date-format")
        {
            Description = "How dates are written, such as 'dd.MM.yyyy HH:mm', in UTC; may be given more than once",
            HelpName = "FORMAT",
        };
        var textIds = new Option<bool>("--text-ids")
        {
            Description = "Users and movies have names for ids: each gets a number of its own, the same in every import",
        };
        var user = NumberOption.Create(
            "--user", "Whose ratings they are, for one person's export of Letterboxd, IMDb or MovieLens", value: 0L, least: 1L, most: long.MaxValue);
        var verb = new Verb(
            "import",
            "Send movies and ratings from files to the server. Broken off and started again, it goes on where it stopped. "
            + "Ratings without a timestamp get the file's time. What is not understood is refused before anything is sent, or told line by "
            + "line where the rest is understood; the exit code is 0 only if all of it was.",
            environment,
            talksToServer: true,
            "onlinecf import ml-latest-small.zip",
            "onlinecf import ml-1m/",
            "onlinecf import ratings.csv --scale 0-10 --date-format dd.MM.yyyy",
            "onlinecf import letterboxd/ratings.csv --user 1",
            "onlinecf import ratings.csv --server http://localhost:5081 --json")
        {
            path,
            fromStart,
            columns,
            scale,
            dateFormat,
            textIds,
            user,
        };
        verb.Run(async (invocation, cancel) =>
        {
            using var dataset = Dataset.Find(invocation.Value(path));
            var rules = new RatingRules
            {
                Columns = ColumnsOf(invocation.Value(columns)),
                Scale = ScaleOf(invocation.Value(scale)),
                DateFormats = invocation.Value(dateFormat) ?? [],
                User = invocation.Value(user) is var id and > 0 ? id : null,
                TextIds = invocation.Value(textIds) ? new TextIds(Path.Combine(environment.StateFolder, "names.csv")) : null,
            };
            var result = await new ImportRun(invocation, dataset, invocation.Value(fromStart), rules).RunAsync(cancel);
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

            else if (!result.IsWhole)
            {
                invocation.Terminal.Note("The rest was taken, but not what is said above.");
            }

            return result.HasTaken && result.IsWhole ? ExitCodes.Ok : ExitCodes.Error;
        });
        return verb;
    }

    private static Dictionary<string, string> ColumnsOf(string? text)
    {
        string[] roles = ["user", "movie", "rating", "time"];
        var columns = new Dictionary<string, string>();
        foreach (var part in text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var cut = part.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0 || cut == part.Length - 1 || !roles.Contains(part[..cut]) || !columns.TryAdd(part[..cut], part[(cut + 1)..]))
            {
                throw new CommandException(ExitCodes.Usage, $"--columns: '{part}' is not one of user=…, movie=…, rating=… and time=….");
            }
        }

        return columns.Count == 0 || roles.Take(3).All(columns.ContainsKey)
            ? columns
            : throw new CommandException(ExitCodes.Usage, "--columns must name user, movie and rating: user=…,movie=…,rating=….");
    }

    private static RatingScale? ScaleOf(string? text) => text is null
        ? null
        : RatingScale.Parse(text) ?? throw new CommandException(
            ExitCodes.Usage, $"--scale: '{text}' is not the least and the most value, such as 0-10.");

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
