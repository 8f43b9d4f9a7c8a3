using System.CommandLine;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf generate</summary>
internal static class GenerateCommand
{
    private const int MostRatingsPerSecond = 1_000_000;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var users = NumberOption.Create("--users", "How many users", 1000, 1, SyntheticWorldOptions.MostUsers);
        var movies = NumberOption.Create("--movies", "How many movies", 1000, 1, SyntheticWorldOptions.MostMovies);
        var ratings = NumberOption.Create("--ratings", "How many ratings", 100_000L, 1, SyntheticWorldOptions.MostRatings);
        var seed = NumberOption.Seed("The same seed and size give the same world", 42);
        var driftAt = new Option<double?>("--drift-at")
        {
            Description = "From this share of the time on, 0 to 1, people see other things in the same movies",
            HelpName = "SHARE",
            CustomParser = result => NumberOption.Parse(result, "--drift-at", 0.0, 1.0),
        };
        var ratingsPerSecond = NumberOption.Create(
            "--ratings-per-second", "Send no faster than this", 0, 0, MostRatingsPerSecond, "; 0 sends as fast as the server takes them");
        var output = new Option<string?>("--out")
        {
            Description = "Write ratings.csv and movies.csv into this folder instead; needs no server",
            HelpName = "DIR",
        };
        var force = new Option<bool>("--force")
        {
            Description = "Send it also to a server that has other movies or ratings: theirs are overwritten where ids meet",
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
            driftAt,
            ratingsPerSecond,
            output,
            force,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var options = new SyntheticWorldOptions(
                invocation.Value(users), invocation.Value(movies), invocation.Value(ratings), invocation.Value(seed))
            {
                DriftAt = invocation.Value(driftAt),
            };
            if (options.Ratings > options.MostRatingsOfIt)
            {
                throw new CommandException(
                    ExitCodes.Usage,
                    $"--ratings must be at most users × movies, {Tables.Show(options.MostRatingsOfIt)}, not {Tables.Show(options.Ratings)}: nobody rates a movie twice.");
            }

            var run = new GenerateRun(invocation, new SyntheticWorld(options));
            return invocation.Value(output) is { } folder
                ? await run.WriteAsync(folder, cancel)
                : await run.SendAsync(
                    invocation.Value(ratingsPerSecond) is var speed and > 0 ? new Pace(speed, environment.Time) : null,
                    invocation.Value(force),
                    cancel);
        });
        return verb;
    }
}
