using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Health.V1;
using Grpc.Net.Client;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Commands;

/// <summary>The clients of one server.</summary>
internal sealed class ServerConnection : IDisposable
{
    // A thousand movies, each explained by a thousand ratings, is beyond gRPC's usual 4 MB.
    private const int LargestAnswerBytes = 256 << 20;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);
    private readonly GrpcChannel _channel;

    /// <summary>Prepares the connection; nothing is sent yet.</summary>
    /// <param name="server">The address.</param>
    /// <param name="token">Who calls; null for nobody.</param>
    /// <param name="shortcut">The way to ratings and recommendations of a server in this process; null for the wire.</param>
    public ServerConnection(Uri server, string? token, CallInvoker? shortcut = null)
    {
        Server = server;
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectTimeout = ConnectTimeout,
                EnableMultipleHttp2Connections = true,
            },
            DisposeHttpClient = true,
            MaxReceiveMessageSize = LargestAnswerBytes,
        });
        var invoker = string.IsNullOrEmpty(token)
            ? _channel.CreateCallInvoker()
            : _channel.Intercept(headers => WithToken(headers, token));
        Ratings = new RatingService.RatingServiceClient(shortcut ?? invoker);
        Recommendations = new RecommendationService.RecommendationServiceClient(shortcut ?? invoker);
        Catalog = new CatalogService.CatalogServiceClient(invoker);
        Training = new TrainingService.TrainingServiceClient(invoker);
        Health = new Health.HealthClient(invoker);
    }

    /// <summary>The address.</summary>
    public Uri Server { get; }

    /// <summary>Ratings.</summary>
    public RatingService.RatingServiceClient Ratings { get; }

    /// <summary>Recommendations and predictions.</summary>
    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    /// <summary>Movies.</summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>Training and models.</summary>
    public TrainingService.TrainingServiceClient Training { get; }

    /// <summary>The standard question whether the server is well.</summary>
    public Health.HealthClient Health { get; }

    /// <summary>Options of a call with one answer: it does not wait for ever.</summary>
    public static CallOptions Unary(CancellationToken cancellationToken) =>
        new(deadline: TimeProvider.System.GetUtcNow().UtcDateTime + AnswerTimeout, cancellationToken: cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static Metadata WithToken(Metadata headers, string token)
    {
        headers.Add("authorization", $"Bearer {token}");
        return headers;
    }
}
