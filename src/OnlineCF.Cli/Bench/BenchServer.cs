using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Generate;
using OnlineCF.Cli.Import;
using OnlineCF.Cli.Local;

namespace OnlineCF.Cli.Bench;

/// <summary>A server of its own with a made-up world and a model of it, on a disk, with an empty folder beside its store.</summary>
internal sealed class BenchServer(ThrowAwayServer server, string folder) : IAsyncDisposable
{
    /// <summary>The connection to it, over the wire.</summary>
    public ServerConnection Connection { get; } = new(server.GrpcAddress, token: null);

    /// <summary>On the store's disk.</summary>
    public string Folder => folder;

    /// <summary>Starts it, sends the world and trains one round.</summary>
    /// <param name="parent">Where the store is made; null for the temporary files.</param>
    /// <param name="world">What it knows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<BenchServer> StartAsync(string? parent, SyntheticWorld world, TimeProvider time, CancellationToken cancel)
    {
        var folder = ThrowAwayFolder.CreateOnDisk(parent);
        var server = await ThrowAwayServer.StartAsync(
            folder, ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"], cancel);
        var bench = new BenchServer(server, Directory.CreateDirectory(Path.Combine(folder, "bench")).FullName);
        try
        {
            await MovieUpload.RunAsync(
                bench.Connection.Catalog,
                world.Movies.Select(x => new ParsedMovie(x, x.MovieId)),
                (_, reason) => throw new InvalidOperationException(reason),
                cancel);
            await new RatingUpload(bench.Connection.Client, new SyntheticRatings(world), time) { Answered = (_, _) => { } }.RunAsync(cancel);
            await new RoundsUnderway(bench.Connection).OneAsync(cancel);
            return bench;
        }
        catch
        {
            await bench.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await server.DisposeAsync();
    }
}
