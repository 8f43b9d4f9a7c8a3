using System.CommandLine;
using OnlineCF.Cli.Demo;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Local;

namespace OnlineCF.Cli.Commands;

/// <summary>onlinecf demo</summary>
internal static class DemoCommand
{
    private const int Users = 1000;
    private const int Movies = 600;
    private const long Ratings = 60_000;
    private const long SecondsOfADay = 24 * 60 * 60;
    private const string FreePort = "; 0 takes a free port";

    /// <summary>The verb.</summary>
    public static Verb Create(CliEnvironment environment)
    {
        var ratingsPerSecond = NumberOption.Create("--ratings-per-second", "How fast ratings flow in", 100, 1, 10_000);
        var httpPort = NumberOption.Create("--http-port", "Where the page is", 5080, 0, 65_535, FreePort);
        var grpcPort = NumberOption.Create("--grpc-port", "Where gRPC is", 5081, 0, 65_535, FreePort);
        var verb = new Verb(
            "demo",
            "See it at work: a server in this process, a made-up world, ratings flowing in while tastes drift. Nothing is kept.",
            environment,
            talksToServer: false,
            "onlinecf demo",
            "onlinecf demo --ratings-per-second 1000 --http-port 8080",
            "onlinecf demo --http-port 0 --grpc-port 0 --json")
        {
            WhenInterrupted = "Ended; its ratings are thrown away.",
        };
        verb.Options.Add(ratingsPerSecond);
        verb.Options.Add(httpPort);
        verb.Options.Add(grpcPort);
        verb.Run((invocation, cancel) => RunAsync(
            invocation, invocation.Value(ratingsPerSecond), invocation.Value(httpPort), invocation.Value(grpcPort), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(
        VerbInvocation invocation, int ratingsPerSecond, int httpPort, int grpcPort, CancellationToken cancel)
    {
        invocation.Terminal.Note("Starting a server and teaching it a made-up world …");
        await using var server = await StartAsync(Ratings + (ratingsPerSecond * SecondsOfADay), httpPort, grpcPort, cancel);
        invocation.Terminal.Note($"Its page is at {server.HttpAddress} already; the world is there in half a minute.");
        using var connection = new ServerConnection(server.GrpcAddress, token: null);
        var world = new SyntheticWorld(new SyntheticWorldOptions(Users, Movies, Ratings, Seed: 42));
        await new DemoRun(invocation, server, connection).RunAsync(world, ratingsPerSecond, cancel);
        return ExitCodes.Ok;
    }

    private static async Task<ThrowAwayServer> StartAsync(long ratings, int httpPort, int grpcPort, CancellationToken cancel)
    {
        try
        {
            return await ThrowAwayServer.StartAsync(
                ratings,
                [
                    FormattableString.Invariant($"--Server:HttpPort={httpPort}"),
                    FormattableString.Invariant($"--Server:GrpcPort={grpcPort}"),
                    "--Training:Interval=00:00:15",
                    "--Training:MinNewRatings=500",
                ],
                cancel);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new CommandException(
                ExitCodes.Error, $"{e.Message.TrimEnd('.')}. Another server may be running; --http-port 0 --grpc-port 0 takes free ports.");
        }
    }
}
