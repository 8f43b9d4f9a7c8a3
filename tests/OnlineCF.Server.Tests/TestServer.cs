using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>A whole server on free ports and a folder of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly GrpcChannel _channel;

    private TestServer(RunningServer server, string folder)
    {
        Server = server;
        Folder = folder;
        _channel = GrpcChannel.ForAddress(Near(server.GrpcAddress));
        Http = new HttpClient { BaseAddress = Near(server.HttpAddress) };
        Ratings = new RatingService.RatingServiceClient(_channel);
        Recommendations = new RecommendationService.RecommendationServiceClient(_channel);
        Catalog = new CatalogService.CatalogServiceClient(_channel);
        Training = new TrainingService.TrainingServiceClient(_channel);
    }

    public RunningServer Server { get; }

    /// <summary>Where the server stores.</summary>
    public string Folder { get; }

    public GrpcChannel Channel => _channel;

    public HttpClient Http { get; }

    public RatingService.RatingServiceClient Ratings { get; }

    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    public CatalogService.CatalogServiceClient Catalog { get; }

    public TrainingService.TrainingServiceClient Training { get; }

    // Where it listens everywhere, nobody can ask for everywhere.
    private static Uri Near(Uri address) =>
        address.Host is "[::]" or "0.0.0.0" ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri : address;

    public static Task<TestServer> StartAsync(string? folder = null, params string[] settings) =>
        StartReplacingAsync(_ => { }, folder, settings);

    /// <summary>The same with some parts replaced.</summary>
    internal static async Task<TestServer> StartReplacingAsync(
        Action<IServiceCollection> replace, string? folder = null, params string[] settings)
    {
        folder ??= Directory.CreateTempSubdirectory("onlinecf-").FullName;
        string[] args =
        [
            $"--Storage:Path={folder}", "--Server:HttpPort=0", "--Server:GrpcPort=0",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:OnlineCF=Warning", .. settings,
        ];
        return new TestServer(await ServerHost.StartAsync(args, replace, TestContext.Current.CancellationToken), folder);
    }

    /// <summary>Stops the server and starts another on the same folder.</summary>
    public Task<TestServer> RestartAsync(params string[] settings) => RestartAsync(() => { }, settings);

    /// <summary>The same, with something done to the folder in between.</summary>
    public async Task<TestServer> RestartAsync(Action between, params string[] settings)
    {
        await StopAsync();
        between();
        return await StartAsync(Folder, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task StopAsync()
    {
        _channel.Dispose();
        Http.Dispose();
        await Server.DisposeAsync();
    }
}

/// <summary>One server for all tests of a class; training starts only when a test asks.</summary>
public sealed class TestServerFixture : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Server = await TestServer.StartAsync(null, "--Training:Automatic=false", "--Training:Epochs=2");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
