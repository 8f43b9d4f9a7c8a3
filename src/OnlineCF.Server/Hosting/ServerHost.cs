using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Training;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Settings;
using OnlineCF.Storage.Postgres;
using OnlineCF.Training.Native;

namespace OnlineCF.Server;

/// <summary>The one composition root: from settings to a server that answers.</summary>
public static class ServerHost
{
    // What follows it has a share of the ten seconds that a stop may take.
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(6);

    // A silo among several hands its grains over before it goes.
    private static readonly TimeSpan ClusterShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Starts a server and returns when it answers.</summary>
    /// <param name="args">Settings as <c>--Section:Key=value</c>.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <exception cref="SettingsException">Settings are wrong.</exception>
    /// <exception cref="DeviceUnavailableException">Training:Device is cuda and there is none.</exception>
    /// <exception cref="IOException">A port is taken.</exception>
    /// <exception cref="OperationCanceledException">The token, or a signal to the process, came first.</exception>
    public static Task<RunningServer> StartAsync(string[] args, CancellationToken cancellationToken) =>
        StartAsync(args, _ => { }, cancellationToken);

    /// <summary>The same with some parts replaced.</summary>
    internal static async Task<RunningServer> StartAsync(
        string[] args, Action<IServiceCollection> replace, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var app = Build(args, replace);
        try
        {
            OpenFirst(app.Services, cancellationToken);
            await app.StartAsync(cancellationToken);
            return new RunningServer(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Composes a server that has not been started.</summary>
    internal static WebApplication Build(string[] args) => Build(args, _ => { });

    private static WebApplication Build(string[] args, Action<IServiceCollection> replace)
    {
        // The settings file lies beside the program; one in the working folder may override it.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Configuration.AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true);
        builder.Configuration.AddEnvironmentVariables("OnlineCF__");
        builder.Configuration.AddCommandLine(args);
        var settings = OnlineCFSettings.Read(
            builder.Configuration, ArgumentCheck.Faults(args, Environment.GetEnvironmentVariables().Keys.Cast<string>()));
        FreePorts.Check(settings.Server);

        builder.WebHost.ConfigureKestrel(kestrel => ConfigureKestrel(kestrel, settings));
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = ListenSocket);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Cluster.IsShared ? ClusterShutdownTimeout : ShutdownTimeout);
        if (!settings.Server.IsRemote)
        {
            // A page elsewhere whose name was made to lead to this machine is not answered.
            builder.Services.Configure<HostFilteringOptions>(hosts => hosts.AllowedHosts = ["localhost", "127.0.0.1", "[::1]"]);
        }

        builder.Services.AddOnlineCFServer(settings);
        builder.AddOnlineCFSilo(settings);
        builder.Services.AddOnlineCFTelemetry();
        if (settings.OtlpEndpoint is { } collector)
        {
            builder.Services.AddOnlineCFTraces(collector);
        }

        replace(builder.Services);

        var app = builder.Build();
        app.MapOnlineCF();
        return app;
    }

    // What a user can mend is found before the silo starts, and is then all that is said. Not every silo has a trainer.
    private static void OpenFirst(IServiceProvider services, CancellationToken cancellationToken)
    {
        foreach (var part in (Type[])[typeof(IRatingLog), typeof(IModelStore), typeof(IModelTrainer)])
        {
            cancellationToken.ThrowIfCancellationRequested();
            services.GetService(part);
        }
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel, OnlineCFSettings settings)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = settings.Limits.MaxMessageBytes;

        // Who may open how many of which kind is decided where requests come in, with a status that says so; here a call
        // over the limit would only wait at its client.
        kestrel.Limits.Http2.MaxStreamsPerConnection =
            settings.Limits.MaxConcurrentCalls + (4 * settings.Limits.MaxStreamsPerClient);
        var tls = ServerTls.Of(kestrel.ApplicationServices, settings.Server);

        // Where TLS lets both sides agree on the protocol, one port serves browsers and gRPC.
        Listen(kestrel, settings.Server, settings.Server.HttpPort, tls is null ? HttpProtocols.Http1 : HttpProtocols.Http1AndHttp2, tls);
        if (settings.Server.MetricsPort > 0)
        {
            // Between the two, whose addresses are the first and the last.
            Listen(kestrel, settings.Server, settings.Server.MetricsPort, HttpProtocols.Http1, tls: null);
        }

        Listen(kestrel, settings.Server, settings.Server.GrpcPort, HttpProtocols.Http2, tls);
    }

    // A client that vanished without a word, as laptops do, is found out in a minute and holds its watches no longer.
    // Accepted connections have the options of the socket that listens.
    private static Socket ListenSocket(EndPoint endPoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        return socket;
    }

    private static void Listen(
        KestrelServerOptions kestrel, ServerOptions server, int port, HttpProtocols protocols, TlsHandshakeCallbackOptions? tls)
    {
        void Use(ListenOptions listen)
        {
            listen.Protocols = protocols;
            if (tls is not null)
            {
                listen.UseHttps(tls);
            }
        }

        if (server.IsRemote)
        {
            kestrel.ListenAnyIP(port, Use);
        }
        else if (port == 0)
        {
            kestrel.Listen(IPAddress.Loopback, port, Use);
        }
        else
        {
            kestrel.ListenLocalhost(port, Use);
        }
    }
}

/// <summary>A server that answers; disposing stops it in order.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    internal RunningServer(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        HttpAddress = new Uri(addresses.First());
        GrpcAddress = new Uri(addresses.Last());
    }

    /// <summary>Where JSON, the page, metrics and health are.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Where gRPC is.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>Where ratings and models are kept, for people.</summary>
    public string StorePlace =>
        Services.GetService<PostgresStore>()?.Name ?? Path.GetFullPath(Services.GetRequiredService<StorageOptions>().Path);

    /// <summary>The server's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Returns when the process is asked to end, or the token is cancelled.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
