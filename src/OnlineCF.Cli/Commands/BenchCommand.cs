using System.CommandLine;
using OnlineCF.Cli.Bench;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf bench</summary>
internal static class BenchCommand
{
    private const long RatingsRoom = 10_000_000;

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var seconds = NumberOption.Create("--seconds", "How long each part goes on", 10, 1, 3600);
        var callers = NumberOption.Create("--callers", "Calls, or streams of ratings, at once", 16, 1, 1000);
        var users = NumberOption.Create("--users", "Lists are asked for users from 1 to N", 1000, 1, int.MaxValue - 1);
        var count = NumberOption.Create("--count", "Movies a list", 10, 1, 1000);
        var rate = new Option<bool>("--rate") { Description = "Also stream ratings, into a throw-away server of this build" };
        var batchSize = NumberOption.Create("--batch-size", "Ratings a batch", 256, 1, 10_000);
        var verb = new Verb(
            "bench",
            "Measure how many lists a second a server makes, and how fast. It is only read: made-up ratings would be learnt.",
            environment,
            talksToServer: true,
            "onlinecf bench",
            "onlinecf bench --callers 64 --seconds 30 --json",
            "onlinecf bench --rate")
        {
            seconds,
            callers,
            users,
            count,
            rate,
            batchSize,
        };
        verb.Run(async (invocation, cancel) =>
        {
            var options = new BenchOptions(
                TimeSpan.FromSeconds(invocation.Value(seconds)), invocation.Value(callers), invocation.Value(users),
                invocation.Value(count), invocation.Value(batchSize));
            var run = new BenchRun(invocation.Connection, options, environment.Time);
            var lists = await run.ListsAsync(cancel);
            var ratings = invocation.Value(rate) ? await RatingsAsync(options, environment, cancel) : null;
            Write(invocation, lists, ratings);
            return ExitCodes.Ok;
        });
        return verb;
    }

    private static async Task<RatingsResult> RatingsAsync(BenchOptions options, CliEnvironment environment, CancellationToken cancel)
    {
        await using var server = await ThrowAwayServer.StartAsync(
            RatingsRoom, ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"], cancel);
        using var connection = new ServerConnection(server.GrpcAddress, token: null);
        return await new BenchRun(connection, options, environment.Time).RatingsAsync(cancel);
    }

    private static void Write(VerbInvocation invocation, ListsResult lists, RatingsResult? ratings)
    {
        if (invocation.Json)
        {
            invocation.Terminal.WriteLine(JsonOutput.OfResult(new { lists, ratings }));
            return;
        }

        var table = Tables.Create("", "#per second", "#p50 ms", "#p95 ms", "#p99 ms", "#max ms");
        Add(table, "lists", lists.PerSecond, lists.Latency);
        if (ratings is not null)
        {
            Add(table, "ratings, a batch", ratings.PerSecond, ratings.Latency);
        }

        invocation.Terminal.Write(table);
        invocation.Terminal.WriteLine($"{Tables.Figure(100 * lists.PersonalizedShare, "0")} % of the lists were personal.");
    }

    private static void Add(Spectre.Console.Table table, string what, double perSecond, Latencies latency) => table.Add(
        what, Tables.Show((long)perSecond), Tables.Figure(latency.P50Ms, "0.00"), Tables.Figure(latency.P95Ms, "0.00"),
        Tables.Figure(latency.P99Ms, "0.00"), Tables.Figure(latency.MaxMs, "0.00"));
}
