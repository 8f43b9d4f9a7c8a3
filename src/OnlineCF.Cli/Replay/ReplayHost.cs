using OnlineCF.Server;

namespace OnlineCF.Cli.Replay;

/// <summary>A whole server inside this process, with an empty store of its own that goes with it.</summary>
internal sealed class ReplayHost : IAsyncDisposable
{
    private readonly RunningServer _server;
    private readonly string _folder;

    private ReplayHost(RunningServer server, string folder)
    {
        (_server, _folder) = (server, folder);
    }

    /// <summary>Where gRPC is.</summary>
    public Uri GrpcAddress => _server.GrpcAddress;

    /// <summary>
    /// Starts the server. Rounds do not start by themselves: a replay has no time of its own to start them by.
    /// </summary>
    public static async Task<ReplayHost> StartAsync(long ratings, long seed, long halfLife, CancellationToken cancellationToken)
    {
        var folder = ThrowAwayFolder.Create(ratings);
        try
        {
            var server = await ServerHost.StartAsync(
                [
                    $"--Storage:Path={folder}",
                    "--Server:HttpPort=0",
                    "--Server:GrpcPort=0",
                    "--Training:Automatic=false",
                    FormattableString.Invariant($"--Training:Seed={seed}"),
                    FormattableString.Invariant($"--Training:HalfLifeRatings={halfLife}"),

                    // Its log would go to stdout, which is for the answer.
                    "--Logging:Console:LogLevel:Default=None",
                ],
                cancellationToken);
            return new ReplayHost(server, folder);
        }
        catch
        {
            ThrowAwayFolder.Delete(folder);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        ThrowAwayFolder.Delete(_folder);
    }
}
