using System.CommandLine;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf generate</summary>
internal static class GenerateCommand
{
    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var users = Number("--users", "How many users", 1000);
        var movies = Number("--movies", "How many movies", 1000);
        var ratings = Number("--ratings", "How many ratings", 100_000L);
        var seed = Number("--seed", "The same seed and size give the same world", 42L);
        var output = new Option<string?>("--out")
        {
            Description = "Write ratings.csv and movies.csv into this folder instead; needs no server",
            HelpName = "DIR",
        };
        var verb = new Verb(
            "generate",
            "Make a synthetic world (power-law popularity, latent tastes) and send it to the server.",
            environment,
            talksToServer: true,
            "onlinecf generate",
            "onlinecf generate --users 10000 --movies 2000 --ratings 1000000 --seed 7",
            "onlinecf generate --out world --json")
        {
            users,
            movies,
            ratings,
            seed,
            output,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var options = new SyntheticWorldOptions(
                invocation.Value(users), invocation.Value(movies), invocation.Value(ratings), invocation.Value(seed));
            if (options.Fault() is { } fault)
            {
                throw new CommandException(ExitCodes.Usage, fault);
            }

            var run = new GenerateRun(invocation, new SyntheticWorld(options));
            return invocation.Value(output) is { } folder
                ? await run.WriteAsync(folder, cancel)
                : await run.SendAsync(cancel);
        });
        return verb;
    }

    private static Option<T> Number<T>(string name, string description, T value) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
    };
}
