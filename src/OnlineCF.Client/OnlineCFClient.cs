using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using OnlineCF.Client.Connections;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client;

/// <summary>
/// Calls a service of one or several silos, any of which may be asked anything. Calls go over the addresses in turn; one
/// that cannot be reached is passed over and tried again beside the calls. What may be repeated is repeated elsewhere when
/// a silo is UNAVAILABLE (<see cref="CallRetries"/> says what and how). Safe for use by many threads; make one and keep it.
/// </summary>
public sealed class OnlineCFClient : IDisposable
{
    private static readonly TimeSpan FirstReconnectPause = TimeSpan.FromMilliseconds(250);

    private readonly GrpcChannel _channel;
    private readonly CallDefaults _defaults;

    /// <summary>Prepares the connections; nothing is sent before the first call.</summary>
    /// <param name="addresses">
    /// Where silos listen for gRPC, separated by commas: <c>http://a:5081,http://b:5081</c>; without a scheme it is http.
    /// </param>
    /// <param name="options">How to call; null for the defaults.</param>
    /// <exception cref="ArgumentException">One is not an address, http and https are mixed, or an option is out of range.</exception>
    /// <exception cref="IOException">A file of the options cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file of the options may not be read.</exception>
    /// <exception cref="InvalidDataException">There is not in a file what there should be.</exception>
    public OnlineCFClient(string addresses, OnlineCFClientOptions? options = null)
        : this(
            ServerAddresses.TryParse(addresses, out var parsed)
                ? parsed
                : throw new ArgumentException(
                    $"'{addresses}' is not the addresses of servers, such as http://a:5081,http://b:5081.", nameof(addresses)),
            options)
    {
    }

    /// <summary>Prepares the connections; nothing is sent before the first call.</summary>
    /// <param name="addresses">Where silos listen for gRPC, one at least, all http (h2c) or all https.</param>
    /// <param name="options">How to call; null for the defaults.</param>
    /// <exception cref="ArgumentException">One is not an address, http and https are mixed, or an option is out of range.</exception>
    /// <exception cref="IOException">A file of the options cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file of the options may not be read.</exception>
    /// <exception cref="InvalidDataException">There is not in a file what there should be.</exception>
    public OnlineCFClient(IReadOnlyList<Uri> addresses, OnlineCFClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        if (ServerAddresses.FaultOf(addresses) is { } fault)
        {
            throw new ArgumentException(fault, nameof(addresses));
        }

        options ??= new OnlineCFClientOptions();
        Addresses = [.. addresses];
        _defaults = new CallDefaults(options);
        _channel = GrpcChannel.ForAddress("static:///onlinecf", OptionsOf(Addresses, options));
        Invoker = _channel.Intercept(_defaults);
        Ratings = new RatingService.RatingServiceClient(Invoker);
        Recommendations = new RecommendationService.RecommendationServiceClient(Invoker);
        Catalog = new CatalogService.CatalogServiceClient(Invoker);
        Training = new TrainingService.TrainingServiceClient(Invoker);
        Access = new AccessService.AccessServiceClient(Invoker);
        Store = new StoreService.StoreServiceClient(Invoker);
    }

    /// <summary>The addresses, in the order given.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>
    /// Who calls: sent as <c>authorization: Bearer …</c> with every call that begins from now on, streams that begin anew
    /// among them, unless the call brings an authorization of its own; null or empty for nobody.
    /// </summary>
    /// <exception cref="ArgumentException">It is not visible ASCII without a space.</exception>
    public string? Token
    {
        get => _defaults.Token;
        set => _defaults.Token = value;
    }

    /// <summary>
    /// Ratings. Rate and ListRatings are repeated when UNAVAILABLE, DeleteRating and EraseUser are not. For many ratings
    /// take <see cref="StreamRatings"/>: a plain StreamRatings call ends with its silo.
    /// </summary>
    public RatingService.RatingServiceClient Ratings { get; }

    /// <summary>
    /// Lists and predictions; all calls are repeated when UNAVAILABLE. A watch is repeated until its first list has come and
    /// ends with its silo after that: open it again.
    /// </summary>
    public RecommendationService.RecommendationServiceClient Recommendations { get; }

    /// <summary>
    /// Movies; all calls are repeated when UNAVAILABLE, an upload of movies while it is smaller than 1 MiB (a larger one ends:
    /// send it again, the second one changes nothing).
    /// </summary>
    public CatalogService.CatalogServiceClient Catalog { get; }

    /// <summary>
    /// Training and models. Reads and watches are repeated when UNAVAILABLE; StartTraining, CancelTraining and RollbackModel
    /// are not, because what they act on may have changed: ask GetTraining or ListModels what became of them.
    /// </summary>
    public TrainingService.TrainingServiceClient Training { get; }

    /// <summary>Keys. ListKeys and RevokeKey are repeated when UNAVAILABLE; CreateKey is not: a second key is one that nobody knows of.</summary>
    public AccessService.AccessServiceClient Access { get; }

    /// <summary>The store as a whole, out and in. ExportStore is repeated when UNAVAILABLE before anything has come; RestoreStore is not.</summary>
    public StoreService.StoreServiceClient Store { get; }

    /// <summary>For clients of other services at the same addresses, such as <c>grpc.health.v1</c>; token and deadlines are the same.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>Whether a text is addresses that a client can be made from.</summary>
    /// <param name="text">Addresses separated by commas.</param>
    /// <param name="addresses">The addresses, one at least.</param>
    public static bool TryParseAddresses(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IReadOnlyList<Uri>? addresses) =>
        ServerAddresses.TryParse(text, out addresses);

    /// <summary>Opens a stream that takes ratings and sends those again that no silo has acknowledged; it connects with the first one.</summary>
    /// <param name="options">Sizes, pauses and limits; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public RatingStream StreamRatings(RatingStreamOptions? options = null) => new(Ratings, options ?? new RatingStreamOptions());

    /// <summary>Closes the connections; calls that are under way end with CANCELLED.</summary>
    public void Dispose() => _channel.Dispose();

    private static GrpcChannelOptions OptionsOf(IReadOnlyList<Uri> addresses, OnlineCFClientOptions options) => new()
    {
        Credentials = addresses[0].Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure,
        ServiceProvider = new StaticServices(addresses),
        ServiceConfig = RetryPolicies.ConfigOf(options.Retries),
        DisableResolverServiceConfig = true,
        InitialReconnectBackoff = FirstReconnectPause < options.LongestReconnectPause ? FirstReconnectPause : options.LongestReconnectPause,
        MaxReconnectBackoff = options.LongestReconnectPause,
        MaxReceiveMessageSize = options.LargestAnswerBytes,
        HttpHandler = new SocketsHttpHandler
        {
            SslOptions = ClientTls.Of(addresses[0], options),
            ConnectTimeout = options.ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = options.SilenceBeforePing,
            KeepAlivePingTimeout = options.SilenceBeforePing,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        },
        DisposeHttpClient = true,
    };
}
