namespace OnlineCF.Server.Settings;

/// <summary>Settings under <c>Server:</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>HTTP/1.1: JSON, web page, metrics, health. 0 picks a free port.</summary>
    public int HttpPort { get; set; } = 5080;

    /// <summary>gRPC (h2c). 0 picks a free port.</summary>
    public int GrpcPort { get; set; } = 5081;

    /// <summary>Metrics and health alone, HTTP/1.1 without TLS and without a key. 0 for no such port.</summary>
    public int MetricsPort { get; set; }

    /// <summary>Listen beyond loopback without authentication.</summary>
    public bool AllowAnonymousRemote { get; set; }

    /// <summary>A certificate in PEM, with its chain; empty to speak without TLS.</summary>
    public string CertificatePath { get; set; } = "";

    /// <summary>The certificate's key in PEM, where it is not in the same file.</summary>
    public string CertificateKeyPath { get; set; } = "";

    /// <summary>none, or required: clients without a certificate of <see cref="ClientAuthorityPath"/> are not spoken with.</summary>
    public string ClientCertificates { get; set; } = "none";

    /// <summary>Who signs clients' certificates, in PEM.</summary>
    public string ClientAuthorityPath { get; set; } = "";

    /// <summary>Whether clients have to have a certificate.</summary>
    public bool WantsClientCertificates => ClientCertificates == "required";

    /// <summary>Pages of these sites may use the JSON interface; each as browsers write it, such as https://shop.example.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Whether it listens beyond loopback: because that is allowed to all, or because callers are known.</summary>
    public bool IsRemote { get; set; }
}

/// <summary>Settings under <c>Access:</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Whether calls want a key of the store.</summary>
    public bool Keys { get; set; }

    /// <summary>Settings under <c>Access:Jwt:</c>.</summary>
    public JwtOptions Jwt { get; } = new();

    /// <summary>Whether callers have to say who they are.</summary>
    public bool IsOn => Keys || Jwt.IsOn;
}

/// <summary>Settings under <c>Access:Jwt:</c>: tokens of an identity provider.</summary>
public sealed class JwtOptions
{
    /// <summary>Who issues tokens, an address under which its OpenID Connect discovery document is; null to take none.</summary>
    public Uri? Issuer { get; set; }

    /// <summary>Whom tokens have to be for.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim that names the role: <c>reader</c>, <c>writer</c> or <c>admin</c>, one or several.</summary>
    public string RoleClaim { get; set; } = "role";

    /// <summary>Whether tokens are taken.</summary>
    public bool IsOn => Issuer is not null;
}

/// <summary>Settings under <c>Limits:</c>; going over one is RESOURCE_EXHAUSTED.</summary>
public sealed class LimitsOptions
{
    /// <summary>Bytes of one request message.</summary>
    public int MaxMessageBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Ratings in one batch.</summary>
    public int MaxRatingsPerBatch { get; set; } = 10_000;

    /// <summary>Ratings in one anonymous request for a list: each costs a share of a solve, at once.</summary>
    public int MaxVisitorRatings { get; set; } = 2_000;

    /// <summary>Movie ids in one request.</summary>
    public int MaxMovieIds { get; set; } = 10_000;

    /// <summary>Calls with one answer that are under way at once on this server.</summary>
    public int MaxConcurrentCalls { get; set; } = 10_000;

    /// <summary>Streams of one kind (rating streams, uploads, watches, watches over HTTP) open at once on this server.</summary>
    public int MaxConcurrentStreams { get; set; } = 2000;

    /// <summary>Those of one kind that one caller may have open.</summary>
    public int MaxStreamsPerClient { get; set; } = 1000;

    /// <summary>Calls that one caller may begin in a second, those that open a stream among them; 0 for as many as there are.</summary>
    public int CallsPerSecond { get; set; }

    /// <summary>Ratings that one caller may send in a second; a stream is slowed to it. 0 for as many as there are.</summary>
    public int RatingsPerSecond { get; set; }
}

/// <summary>Settings under <c>Storage:</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>sqlite: embedded; postgres: shared by silos.</summary>
    public string Provider { get; set; } = "sqlite";

    /// <summary>Folder of the embedded store; of the models that this silo keeps at hand, where the store is shared.</summary>
    public string Path { get; set; } = "data/";

    /// <summary>Of the shared store; has a password in it, so it is never shown.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Whether the store is shared.</summary>
    public bool IsShared => Provider == "postgres";
}

/// <summary>Settings under <c>Cluster:</c>.</summary>
public sealed class ClusterOptions
{
    /// <summary>local: one silo; postgres: several, which find each other in the shared store.</summary>
    public string Mode { get; set; } = "local";

    /// <summary>What the silos of one cluster have in common.</summary>
    public string Id { get; set; } = "onlinecf";

    /// <summary>IP address or name at which other silos reach this one; empty for the machine's own.</summary>
    public string Address { get; set; } = "";

    /// <summary>Where it listens for them. 0 picks a free port.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Whether there may be several silos.</summary>
    public bool IsShared => Mode == "postgres";
}

/// <summary>Settings under <c>Silo:</c>.</summary>
public sealed class SiloRoleOptions
{
    /// <summary>Comma-separated: serve, train.</summary>
    public string Roles { get; set; } = "serve,train";

    /// <summary>Whether users, movies and partitions live here.</summary>
    public bool Serves => Roles.Contains("serve", StringComparison.Ordinal);

    /// <summary>Whether rounds run here.</summary>
    public bool Trains => Roles.Contains("train", StringComparison.Ordinal);
}

/// <summary>Settings under <c>Model:</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>Versions kept for rollback.</summary>
    public int Keep { get; set; } = 5;
}
