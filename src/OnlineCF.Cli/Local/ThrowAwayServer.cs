using OnlineCF.Server;

namespace OnlineCF.Cli.Local;

/// <summary>A whole server inside this process, with an empty store of its own that goes with it.</summary>
internal sealed class ThrowAwayServer : IAsyncDisposable
{
    private readonly RunningServer _server;
    private readonly string _folder;

    private ThrowAwayServer(RunningServer server, string folder)
    {
        (_server, _folder) = (server, folder);
        AppDomain.CurrentDomain.ProcessExit += DeleteFolder;
    }

    /// <summary>Where gRPC is.</summary>
    public Uri GrpcAddress => _server.GrpcAddress;

    /// <summary>Where the page and JSON are.</summary>
    public Uri HttpAddress => _server.HttpAddress;

    /// <summary>What the server is made of.</summary>
    public IServiceProvider Services => _server.Services;

    /// <summary>Starts the server with room for so many ratings.</summary>
    /// <param name="ratings">Ratings that it will have at least.</param>
    /// <param name="settings">As <c>--Section:Key=value</c>.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static Task<ThrowAwayServer> StartAsync(long ratings, IEnumerable<string> settings, CancellationToken cancellationToken) =>
        StartAsync(ThrowAwayFolder.Create(ratings), settings, cancellationToken);

    /// <summary>Starts the server in a folder that is removed with it.</summary>
    /// <param name="folder">Its own.</param>
    /// <param name="settings">As <c>--Section:Key=value</c>.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="IOException">A port is taken.</exception>
    public static async Task<ThrowAwayServer> StartAsync(string folder, IEnumerable<string> settings, CancellationToken cancellationToken)
    {
        try
        {
            var server = await ServerHost.StartAsync(
                [
                    $"--Storage:Path={folder}",

                    // Its log would go to stdout, which is for the answer.
                    "--Logging:Console:LogLevel:Default=None",
                    .. settings,
                ],
                cancellationToken);
            return new ThrowAwayServer(server, folder);
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
        AppDomain.CurrentDomain.ProcessExit -= DeleteFolder;
        ThrowAwayFolder.Delete(_folder);
    }

    // Of a process that is ended before its server is.
    private void DeleteFolder(object? sender, EventArgs e) => ThrowAwayFolder.Delete(_folder);
}
