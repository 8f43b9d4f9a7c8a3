using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Server.Tests;

namespace OnlineCF.Web.Tests;

/// <summary>
/// A server with a model of the real ratings, or where these are absent of a made-up world's, for all tests of the page.
/// </summary>
public sealed class LiveServer : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public TestServer Server { get; private set; } = null!;

    /// <summary>Where the page is.</summary>
    public Uri Address => Server.Http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        Server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        var cli = new CliRun(_folder, Server.Server.GrpcAddress);
        string[] world = SharedData.Find("ml-latest-small") is { } data
            ? ["import", data]
            : ["generate", "--users", "300", "--movies", "600", "--ratings", "40000"];
        Assert.True(await cli.RunAsync(world) == ExitCodes.Ok, cli.Error);
        await Server.TrainAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        _folder.Dispose();
    }
}
