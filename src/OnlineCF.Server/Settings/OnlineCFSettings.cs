using OnlineCF.Core.Training;
using OnlineCF.Server.Hosting;
using OnlineCF.Storage.Postgres;

namespace OnlineCF.Server.Settings;

/// <summary>All settings, read and checked once at start.</summary>
public sealed class OnlineCFSettings
{
    /// <summary><c>Server:</c></summary>
    public ServerOptions Server { get; } = new();

    /// <summary><c>Limits:</c></summary>
    public LimitsOptions Limits { get; } = new();

    /// <summary>Access:</summary>
    public AccessOptions Access { get; } = new();

    /// <summary><c>Storage:</c></summary>
    public StorageOptions Storage { get; } = new();

    /// <summary><c>Cluster:</c></summary>
    public ClusterOptions Cluster { get; } = new();

    /// <summary><c>Silo:</c></summary>
    public SiloRoleOptions Silo { get; } = new();

    /// <summary><c>Model:</c></summary>
    public ModelOptions Model { get; } = new();

    /// <summary><c>Training:</c></summary>
    public TrainingOptions Training { get; } = new();

    /// <summary>OTLP collector that traces are sent to, from <c>Telemetry:OtlpEndpoint</c>; null for none.</summary>
    public Uri? OtlpEndpoint { get; private set; }

    /// <summary>Every setting there is, with its default.</summary>
    public static IReadOnlyList<Setting> All
    {
        get
        {
            var reader = new SettingsReader(new ConfigurationBuilder().Build());
            new OnlineCFSettings().ReadAll(reader);
            return reader.Settings;
        }
    }

    /// <summary>Every key there is.</summary>
    public static IEnumerable<string> Keys => All.Select(setting => setting.Key);

    /// <summary>Reads every key.</summary>
    /// <param name="configuration">Where they are.</param>
    /// <param name="faults">What has been found wrong before.</param>
    /// <exception cref="SettingsException">All faults together, each with key, value and range.</exception>
    public static OnlineCFSettings Read(IConfiguration configuration, params IEnumerable<string> faults)
    {
        var settings = new OnlineCFSettings();
        var reader = new SettingsReader(configuration);
        foreach (var known in faults)
        {
            reader.Require(false, known);
        }

        settings.ReadAll(reader);
        settings.Server.IsRemote = settings.Server.AllowAnonymousRemote || settings.Access.IsOn || settings.Server.WantsClientCertificates;
        reader.Require(
            settings.Server.HttpPort == 0 || settings.Server.HttpPort != settings.Server.GrpcPort,
            $"Server:GrpcPort: '{settings.Server.GrpcPort}' is Server:HttpPort too; gRPC and HTTP need a port each");
        reader.Require(
            settings.Server.MetricsPort == 0 || (settings.Server.MetricsPort != settings.Server.HttpPort && settings.Server.MetricsPort != settings.Server.GrpcPort),
            $"Server:MetricsPort: '{settings.Server.MetricsPort}' is Server:HttpPort or Server:GrpcPort too; it is a port of its own");
        RequireTokens(reader, settings.Access.Jwt);
        RequireFiles(reader, settings.Server);
        reader.ThrowIfFaulty();
        return settings;
    }

    private static void RequireFiles(SettingsReader reader, ServerOptions server)
    {
        reader.Require(
            server.CertificatePath.Length > 0 || server.CertificateKeyPath.Length == 0,
            $"Server:CertificateKeyPath: '{server.CertificateKeyPath}' is the key of no certificate; Server:CertificatePath says which");
        if (server.CertificatePath.Length > 0 && ServerCertificate.FaultOf(server.CertificatePath, server.CertificateKeyPath) is { } fault)
        {
            reader.Require(false, $"Server:CertificatePath: '{server.CertificatePath}' gives no certificate with its key: {fault}");
        }

        reader.Require(
            !server.WantsClientCertificates || server.CertificatePath.Length > 0,
            "Server:ClientCertificates: 'required' wants TLS; Server:CertificatePath says with which certificate");
        reader.Require(
            server.WantsClientCertificates == (server.ClientAuthorityPath.Length > 0),
            server.WantsClientCertificates
                ? "Server:ClientAuthorityPath: is missing; Server:ClientCertificates is 'required', and it says who signs them"
                : $"Server:ClientAuthorityPath: '{server.ClientAuthorityPath}' signs certificates that nobody asks for; Server:ClientCertificates is 'none'");
        if (server.ClientAuthorityPath.Length > 0 && ClientAuthorities.FaultOf(server.ClientAuthorityPath) is { } missing)
        {
            reader.Require(false, $"Server:ClientAuthorityPath: '{server.ClientAuthorityPath}' gives no authorities: {missing}");
        }
    }

    // Who takes tokens without looking whom they are for takes those of every other service, too; who fetches the issuer's
    // keys in the open takes anybody's.
    private static void RequireTokens(SettingsReader reader, JwtOptions jwt)
    {
        reader.Require(
            jwt.IsOn == (jwt.Audience.Length > 0),
            jwt.IsOn
                ? $"Access:Jwt:Audience: is missing; Access:Jwt:Issuer is '{jwt.Issuer?.OriginalString}', whose tokens are not all for this server"
                : $"Access:Jwt:Audience: '{jwt.Audience}' is whom tokens are for, but Access:Jwt:Issuer does not say whose");
        reader.Require(
            jwt.Issuer is not { Scheme: "http", IsLoopback: false },
            $"Access:Jwt:Issuer: '{jwt.Issuer?.OriginalString}' is not https, by which alone its keys are its own; http does on this machine");
    }

    private void ReadAll(SettingsReader reader)
    {
        ReadServer(reader);
        ReadStore(reader);
        ReadTraining(reader);
    }

    private void ReadServer(SettingsReader reader)
    {
        reader.Integer(
            "Server:HttpPort", "the page, JSON and metrics; 0 picks a free port",
            Server.HttpPort, 0, 65535, value => Server.HttpPort = (int)value);
        reader.Integer(
            "Server:GrpcPort", "gRPC; 0 picks a free port",
            Server.GrpcPort, 0, 65535, value => Server.GrpcPort = (int)value);
        reader.Integer(
            "Server:MetricsPort", "metrics and health once more, alone, without TLS and for whoever reaches it; 0 for no such port",
            Server.MetricsPort, 0, 65535, value => Server.MetricsPort = (int)value);
        reader.Flag(
            "Server:AllowAnonymousRemote", "listen beyond loopback without authentication",
            Server.AllowAnonymousRemote, value => Server.AllowAnonymousRemote = value);
        reader.Text(
            "Server:CertificatePath", "a file in PEM with a certificate and its chain: both ports speak TLS; a new file is taken without a restart",
            Server.CertificatePath, value => Server.CertificatePath = value);
        reader.Text(
            "Server:CertificateKeyPath", "a file in PEM with the certificate's key, where it is not in the same file",
            Server.CertificateKeyPath, value => Server.CertificateKeyPath = value);
        reader.Choice(
            "Server:ClientCertificates", "whether clients have to have a certificate too, on both ports (mutual TLS); then the server listens beyond loopback",
            Server.ClientCertificates, ["none", "required"], value => Server.ClientCertificates = value);
        reader.Text(
            "Server:ClientAuthorityPath", "a file in PEM with the authorities that sign clients' certificates; a new file is taken without a restart",
            Server.ClientAuthorityPath, value => Server.ClientAuthorityPath = value);
        reader.Origins(
            "Server:AllowedOrigins", "sites whose pages may use the JSON interface, divided by commas", value => Server.AllowedOrigins = value);
        reader.Choice(
            "Access:Keys", "whether calls want a key of the store; then the server listens beyond loopback",
            Access.Keys ? "on" : "off", ["off", "on"], value => Access.Keys = value == "on");
        reader.Address(
            "Access:Jwt:Issuer", "who issues JSON Web Tokens that are taken (OpenID Connect), then from beyond loopback too",
            Access.Jwt.Issuer, value => Access.Jwt.Issuer = value);
        reader.Text(
            "Access:Jwt:Audience", "whom the tokens have to be for",
            Access.Jwt.Audience, value => Access.Jwt.Audience = value);
        reader.Text(
            "Access:Jwt:RoleClaim", "the tokens' claim that says reader, writer or admin",
            Access.Jwt.RoleClaim, value => Access.Jwt.RoleClaim = value);
        reader.Address(
            "Telemetry:OtlpEndpoint", "OTLP collector (HTTP, protobuf), such as http://collector:4318, for traces from a request through the grains to the log",
            OtlpEndpoint, value => OtlpEndpoint = value);
        reader.Integer(
            "Limits:MaxMessageBytes", "bytes of one request",
            Limits.MaxMessageBytes, 1024, int.MaxValue, value => Limits.MaxMessageBytes = (int)value);
        reader.Integer(
            "Limits:MaxRatingsPerBatch", "ratings in one batch",
            Limits.MaxRatingsPerBatch, 1, 1_000_000, value => Limits.MaxRatingsPerBatch = (int)value);
        reader.Integer(
            "Limits:MaxVisitorRatings", "ratings in one anonymous request for a list",
            Limits.MaxVisitorRatings, 1, 100_000, value => Limits.MaxVisitorRatings = (int)value);
        reader.Integer(
            "Limits:MaxMovieIds", "movie ids in one request",
            Limits.MaxMovieIds, 1, 1_000_000, value => Limits.MaxMovieIds = (int)value);
        reader.Integer(
            "Limits:MaxConcurrentCalls", "calls with one answer under way at once",
            Limits.MaxConcurrentCalls, 1, 1_000_000, value => Limits.MaxConcurrentCalls = (int)value);
        reader.Integer(
            "Limits:MaxConcurrentStreams", "streams of one kind open at once: rating streams, uploads, watches, watches over HTTP",
            Limits.MaxConcurrentStreams, 1, 1_000_000, value => Limits.MaxConcurrentStreams = (int)value);
        reader.Integer(
            "Limits:MaxStreamsPerClient", "streams of one kind that one caller (a key, a token or else an address) may have open",
            Limits.MaxStreamsPerClient, 1, 1_000_000, value => Limits.MaxStreamsPerClient = (int)value);
        reader.Integer(
            "Limits:CallsPerSecond", "calls that one caller may begin in a second on this server; 0 for as many as there are",
            Limits.CallsPerSecond, 0, 1_000_000, value => Limits.CallsPerSecond = (int)value);
        reader.Integer(
            "Limits:RatingsPerSecond", "ratings that one caller may send in a second on this server: streams are slowed to it, batches above it refused; 0 for as many as there are",
            Limits.RatingsPerSecond, 0, 100_000_000, value => Limits.RatingsPerSecond = (int)value);
    }

    private void ReadStore(SettingsReader reader)
    {
        reader.Choice(
            "Storage:Provider", "the store of ratings and models: embedded, or a PostgreSQL (15 or later) that silos share",
            Storage.Provider, ["sqlite", "postgres"], value => Storage.Provider = value);
        reader.Text(
            "Storage:Path", "the embedded store's folder; with postgres, of the models that this silo keeps at hand",
            Storage.Path, value => Storage.Path = value);
        reader.Secret(
            "Storage:ConnectionString", "the shared store",
            "a connection string such as Host=db;Username=onlinecf;Password=…;Database=onlinecf",
            text => PostgresStoreOptions.CanRead(text), value => Storage.ConnectionString = value);
        reader.Choice(
            "Cluster:Mode", "one silo, or several that find each other in the shared store",
            Cluster.Mode, ["local", "postgres"], value => Cluster.Mode = value);
        reader.Text(
            "Cluster:Id", "what the silos of one cluster have in common",
            Cluster.Id, value => Cluster.Id = value);
        reader.Host(
            "Cluster:Address", "where other silos reach this one; the machine's own address unless given",
            Cluster.Address, value => Cluster.Address = value);
        reader.Integer(
            "Cluster:SiloPort", "where this silo listens for others; 0 picks a free port",
            Cluster.SiloPort, 0, 65535, value => Cluster.SiloPort = (int)value);
        reader.Require(
            !Cluster.IsShared || Storage.IsShared,
            $"Cluster:Mode: 'postgres' needs Storage:Provider=postgres, which is '{Storage.Provider}'");
        reader.Require(
            !Storage.IsShared || Storage.ConnectionString.Length > 0 || reader.IsGiven("Storage:ConnectionString"),
            "Storage:Provider: 'postgres' needs Storage:ConnectionString");
        reader.Choice(
            "Silo:Roles", "what this silo does; `train` alone serves no users",
            Silo.Roles, ["serve,train", "train,serve", "serve", "train"], value => Silo.Roles = value);
        reader.Require(
            Silo.Serves || Cluster.IsShared,
            "Silo:Roles: 'train' needs silos that serve beside it, but Cluster:Mode is 'local': this is the only one");
        reader.Integer(
            "Model:Keep", "versions kept for rollback, the serving and the best one beside them",
            Model.Keep, 1, 1000, value => Model.Keep = (int)value);
    }

    private void ReadTraining(SettingsReader reader)
    {
        reader.Integer(
            "Training:EmbeddingDim", "dimension of the factors",
            Training.EmbeddingDim, 1, TrainingOptions.MaxEmbeddingDim, value => Training.EmbeddingDim = (int)value);
        reader.Integer(
            "Training:BatchSize", "ratings in a minibatch",
            Training.BatchSize, 1, 1_048_576, value => Training.BatchSize = (int)value);
        reader.Number(
            "Training:LearningRate", "Adam's step size",
            Training.LearningRate, 1e-7, 1, value => Training.LearningRate = value);
        reader.Integer(
            "Training:Epochs", "passes over the data in a full round",
            Training.Epochs, 1, 1000, value => Training.Epochs = (int)value);
        reader.Number(
            "Training:ValidationFraction", "share of ratings that no candidate is trained on before it is judged",
            Training.ValidationFraction, 0.01, 0.9, value => Training.ValidationFraction = value);
        reader.Integer(
            "Training:HalfLifeRatings", "after so many further ratings a rating counts half as much in training; 0: old ratings count like new ones",
            Training.HalfLifeRatings, 0, 1_000_000_000_000, value => Training.HalfLifeRatings = value);
        reader.Choice(
            "Training:Device", "where training runs; auto is cuda where there is one, else cpu",
            Training.Device, ["auto", "cpu", "cuda"], value => Training.Device = value);
        reader.Choice(
            "Training:Engine", "what computes: libtorch, or vector instructions without a library; auto is torch on cuda, vector on cpu",
            Training.Engine, ["auto", "torch", "vector"], value => Training.Engine = value);
        reader.Integer(
            "Training:Threads", "processor threads of a round; 0: one less than the cores",
            Training.Threads, 0, 1024, value => Training.Threads = (int)value);
        reader.Require(
            Training.Engine != "vector" || Training.Device != "cuda",
            "Training:Engine is vector, which runs on cpu only, but Training:Device is cuda. Set one of them to auto.");
        reader.Duration(
            "Training:Interval", "shortest time between the starts of two rounds",
            Training.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), value => Training.Interval = value);
        reader.Integer(
            "Training:MinNewRatings", "new ratings a round needs; it starts when they come more slowly, at the latest after ten intervals",
            Training.MinNewRatings, 1, 1_000_000_000, value => Training.MinNewRatings = value);
        reader.Integer(
            "Training:FullRetrainEvery", "every so many rounds everything is trained anew; also when the ratings have grown by half, or an incremental round was rejected",
            Training.FullRetrainEvery, 1, 1_000_000, value => Training.FullRetrainEvery = (int)value);
        reader.Duration(
            "Training:ErasureWithin", "after an erasure everything is trained anew within this time, and no kept model knows what was erased",
            Training.ErasureWithin, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), value => Training.ErasureWithin = value);
        reader.Integer(
            "Training:PatienceEpochs", "stop when the validation has not improved for so many epochs",
            Training.PatienceEpochs, 1, 1000, value => Training.PatienceEpochs = (int)value);
        reader.Flag(
            "Training:Automatic", "whether rounds start by themselves",
            Training.Automatic, value => Training.Automatic = value);
        reader.Integer(
            "Training:Seed", "of initial values and shuffling",
            Training.Seed, long.MinValue, long.MaxValue, value => Training.Seed = value);
    }
}
