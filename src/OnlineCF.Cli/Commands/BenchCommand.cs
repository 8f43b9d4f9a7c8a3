using System.CommandLine;
using OnlineCF.Cli.Bench;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Output;
using OnlineCF.Core.Training;
using OnlineCF.Server;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf bench</summary>
internal static class BenchCommand
{
    private const long Seed = 42;
    private static readonly TimeSpan PassDuration = TimeSpan.FromSeconds(0.5);

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var seconds = NumberOption.Create("--seconds", "How long each part goes on", 5.0, 0.1, 3600);
        var callers = NumberOption.Create("--callers", "Calls, or streams of ratings, at once", 16, 1, 1000);
        var users = NumberOption.Create("--users", "Lists are asked for users from 1 to N", 1000, 1, 10_000_000);
        var movies = NumberOption.Create("--movies", "Movies of the made-up world", 5000, 1, SyntheticWorldOptions.MostMovies);
        var ratings = NumberOption.Create("--ratings", "Its ratings, at most users × movies", 100_000L, 1, SyntheticWorldOptions.MostRatings);
        var count = NumberOption.Create("--count", "Movies a list", 10, 1, 1000);
        var batchSize = NumberOption.Create("--batch-size", "Ratings a batch", 1024, 1, 10_000);
        var store = new Option<string?>("--store")
        {
            Description = "On which disk the throw-away store is made [default: where temporary files are]",
            HelpName = "DIR",
        };
        var verb = new Verb(
            "bench",
            "Measure lists, ratings, both at once, and lists while a round runs, beside what this machine allows: a server of this build "
            + "with a made-up world, which is thrown away. A server that is named is only read: its lists alone are measured.",
            environment,
            talksToServer: true,
            "onlinecf bench",
            "onlinecf bench --movies 87000 --ratings 2000000 --users 20000 --json",
            "onlinecf bench --server http://localhost:5081 --callers 64 --seconds 30")
        {
            seconds,
            callers,
            users,
            movies,
            ratings,
            count,
            batchSize,
            store,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var options = new BenchOptions(
                TimeSpan.FromSeconds(invocation.Value(seconds)), invocation.Value(callers), invocation.Value(users),
                invocation.Value(count), invocation.Value(batchSize));
            var world = new SyntheticWorldOptions(options.Users, invocation.Value(movies), invocation.Value(ratings), Seed);
            var result = invocation.NamesServer
                ? await new BenchRun(invocation.Connection, invocation.Connection, options, environment.Time).ReadOnlyAsync(cancel)
                : await AllAsync(invocation, options, world with { Ratings = Math.Min(world.Ratings, world.MostRatingsOfIt) }, invocation.Value(store), cancel);
            if (invocation.Json)
            {
                invocation.Terminal.WriteLine(JsonOutput.OfResult(result));
            }
            else
            {
                BenchTable.Write(invocation.Terminal, result, options.BatchSize);
            }

            return ExitCodes.Ok;
        });
        return verb;
    }

    private static async Task<BenchResult> AllAsync(
        VerbInvocation invocation, BenchOptions options, SyntheticWorldOptions world, string? store, CancellationToken cancel)
    {
        var time = invocation.Environment.Time;
        invocation.Terminal.Note($"Sending {Tables.Count(world.Ratings, "rating")} and training on them …");
        await using var server = await BenchServer.StartAsync(store, new SyntheticWorld(world), time, cancel);
        invocation.Terminal.Note("Measuring …");
        var passMs = PlainPass.Milliseconds(world.Movies, new TrainingOptions().EmbeddingDim, PassDuration, time);
        var inserts = StoreCeiling.InsertsPerSecond(server.Folder, options.BatchSize, options.Duration, time);
        await using var emptyServer = await EmptyServer.StartAsync(cancel);
        using var empty = new ServerConnection(emptyServer.Address, token: null);
        return await new BenchRun(server.Connection, empty, options, time).AllAsync(inserts, passMs, cancel);
    }
}
