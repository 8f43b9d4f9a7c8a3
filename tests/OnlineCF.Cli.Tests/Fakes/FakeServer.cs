using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>A gRPC server on a free port that records what it gets and answers what the test says.</summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeServer(WebApplication app, FakeServerState state)
    {
        (_app, State) = (app, state);
        Address = new Uri(app.Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public FakeServerState State { get; }

    public Uri Address { get; }

    public static Task<FakeServer> StartAsync(FakeServerState? state = null, int port = 0) =>
        StartAsync(HttpProtocols.Http2, state, port);

    /// <summary>A server whose port speaks HTTP/1.1 alone.</summary>
    public static Task<FakeServer> StartHttp1Async() => StartAsync(HttpProtocols.Http1, null, 0);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static async Task<FakeServer> StartAsync(HttpProtocols protocols, FakeServerState? state, int port)
    {
        state ??= new FakeServerState();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, port, x => x.Protocols = protocols));
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks();
        builder.Services.AddSingleton(state);
        var app = builder.Build();
        app.MapGrpcHealthChecksService();
        app.MapGrpcService<FakeRatingService>();
        app.MapGrpcService<FakeRecommendationService>();
        app.MapGrpcService<FakeCatalogService>();
        app.MapGrpcService<FakeTrainingService>();
        app.MapGrpcService<FakeAccessService>();
        await app.StartAsync();
        return new FakeServer(app, state);
    }
}
