using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests.Fakes;

/// <summary>A silo on a free port that keeps what it gets and answers what the test says.</summary>
internal sealed class FakeSilo : IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Names of the methods called, in order.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What each call said who calls; null for nothing.</summary>
    public ConcurrentQueue<string?> Callers { get; } = new();

    /// <summary>The deadline of each call.</summary>
    public ConcurrentQueue<DateTime> Deadlines { get; } = new();

    /// <summary>The batches of each stream of ratings.</summary>
    public ConcurrentQueue<ConcurrentQueue<StreamRatingsRequest>> Streams { get; } = new();

    /// <summary>Movies that arrived.</summary>
    public ConcurrentQueue<Movie> Movies { get; } = new();

    /// <summary>What every call ends with; null for what it should.</summary>
    public StatusCode? Refusal { get; set; }

    /// <summary>Awaited at the beginning of every call.</summary>
    public Func<ServerCallContext, Task> Called { get; set; } = _ => Task.CompletedTask;

    /// <summary>Awaited before each batch is answered, with its number in its stream, from 1.</summary>
    public Func<int, ServerCallContext, Task> BeforeAnswer { get; set; } = (_, _) => Task.CompletedTask;

    public static async Task<FakeSilo> StartAsync(int port = 0)
    {
        var silo = new FakeSilo();
        await silo.ListenAsync(port);
        return silo;
    }

    /// <summary>A port at which nobody listens.</summary>
    public static Uri NobodyAt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    /// <summary>Ends at once, connections and all.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    public async Task OnCallAsync(ServerCallContext context)
    {
        Calls.Enqueue(context.Method[(context.Method.LastIndexOf('/') + 1)..]);
        Callers.Enqueue(context.RequestHeaders.GetValue("authorization"));
        Deadlines.Enqueue(context.Deadline);
        await Called(context);
        if (Refusal is { } code)
        {
            throw new RpcException(new Status(code, "as the test says"));
        }
    }

    private async Task ListenAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, x => x.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<FakeRatings>();
        _app.MapGrpcService<FakeRecommendations>();
        _app.MapGrpcService<FakeCatalog>();
        _app.MapGrpcService<FakeTraining>();
        await _app.StartAsync();
        Address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }
}
