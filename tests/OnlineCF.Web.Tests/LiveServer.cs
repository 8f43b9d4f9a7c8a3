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
        if (SharedData.Find("ml-latest-small") is { } data)
        {
            var import = new CliRun(_folder, Server.Server.GrpcAddress);
            Assert.True(await import.RunAsync("import", data) == ExitCodes.Ok, import.Error);
            await Server.TrainAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            await Server.TeachAsync(TestContext.Current.CancellationToken);
        }
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
