using Grpc.Core;
using Grpc.Health.V1;
using OnlineCF.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>The clients of one server, of one or several silos.</summary>
internal sealed class ServerConnection : IDisposable
{
    // Somebody waits for the answer: a server that is away is said after a second at most.
    private static readonly CallRetries Retries = new() { FirstPause = TimeSpan.FromMilliseconds(100) };

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="server">The address.</param>
    /// <param name="token">Who calls; null for nobody.</param>
    /// <param name="shortcut">The way to ratings and recommendations of a server in this process; null for the wire.</param>
    public ServerConnection(Uri server, string? token, CallInvoker? shortcut = null)
        : this(new ServerAddresses([server]), new OnlineCFClientOptions { Token = token }, shortcut)
    {
    }

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="server">The addresses.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="shortcut">The way to ratings and recommendations of a server in this process; null for the wire.</param>
    public ServerConnection(ServerAddresses server, OnlineCFClientOptions caller, CallInvoker? shortcut = null)
    {
        Server = server;
        Client = new OnlineCFClient(server.All, caller with { Retries = Retries });
        Ratings = shortcut is null ? Client.Ratings : new RatingService.RatingServiceClient(shortcut);
        Recommendations = shortcut is null ? Client.Recommendations : new RecommendationService.RecommendationServiceClient(shortcut);
        Health = new Health.HealthClient(Client.Invoker);
    }

    /// <summary>The addresses.</summary>
    public ServerAddresses Server { get; }

    /// <summary>For streams of ratings.</summary>
    public OnlineCFClient Client { get; }

    /// <summary>Ratings.</summary>
    public RatingService.RatingServiceClient Ratings { get; }

    /// <summary>Recommendations and predictions.</summary>
    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    /// <summary>Movies.</summary>
    public CatalogService.CatalogServiceClient Catalog => Client.Catalog;

    /// <summary>Training and models.</summary>
    public TrainingService.TrainingServiceClient Training => Client.Training;

    /// <summary>Keys.</summary>
    public AccessService.AccessServiceClient Access => Client.Access;

    /// <summary>The store as a whole.</summary>
    public StoreService.StoreServiceClient Store => Client.Store;

    /// <summary>The standard question whether the server is well.</summary>
    public Health.HealthClient Health { get; }

    /// <summary>Options of a call with one answer; the client sees to it that it does not wait for ever.</summary>
    public static CallOptions Unary(CancellationToken cancellationToken) => new(cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();
}
