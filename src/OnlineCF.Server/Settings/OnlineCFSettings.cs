using OnlineCF.Core.Training;

namespace OnlineCF.Server.Settings;

/// <summary>All settings, read and checked once at start.</summary>
public sealed class OnlineCFSettings
{
    /// <summary><c>Server:</c></summary>
    public ServerOptions Server { get; } = new();

    /// <summary><c>Limits:</c></summary>
    public LimitsOptions Limits { get; } = new();

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

    /// <summary>Every key there is.</summary>
    public static IReadOnlyCollection<string> Keys
    {
        get
        {
            var reader = new SettingsReader(new ConfigurationBuilder().Build());
            new OnlineCFSettings().ReadAll(reader);
            return reader.Keys;
        }
    }

    /// <summary>Reads every key.</summary>
    /// <exception cref="SettingsException">All faults together, each with key, value and range.</exception>
    public static OnlineCFSettings Read(IConfiguration configuration)
    {
        var settings = new OnlineCFSettings();
        var reader = new SettingsReader(configuration);
        settings.ReadAll(reader);
        reader.ThrowIfFaulty();
        return settings;
    }

    private void ReadAll(SettingsReader reader)
    {
        ReadServer(reader);
        ReadStore(reader);
        ReadTraining(reader);
    }

    private void ReadServer(SettingsReader reader)
    {
        reader.Integer("Server:HttpPort", 0, 65535, value => Server.HttpPort = (int)value);
        reader.Integer("Server:GrpcPort", 0, 65535, value => Server.GrpcPort = (int)value);
        reader.Flag("Server:AllowAnonymousRemote", value => Server.AllowAnonymousRemote = value);
        reader.Address("Telemetry:OtlpEndpoint", value => OtlpEndpoint = value);
        reader.Integer("Limits:MaxMessageBytes", 1024, int.MaxValue, value => Limits.MaxMessageBytes = (int)value);
        reader.Integer("Limits:MaxRatingsPerBatch", 1, 1_000_000, value => Limits.MaxRatingsPerBatch = (int)value);
        reader.Integer("Limits:MaxMovieIds", 1, 1_000_000, value => Limits.MaxMovieIds = (int)value);
        reader.Integer("Limits:MaxConcurrentStreams", 1, 1_000_000, value => Limits.MaxConcurrentStreams = (int)value);
    }

    private void ReadStore(SettingsReader reader)
    {
        reader.Choice("Storage:Provider", ["sqlite"], value => Storage.Provider = value);
        reader.Text("Storage:Path", value => Storage.Path = value);
        reader.Choice("Cluster:Mode", ["local"], value => Cluster.Mode = value);
        reader.Choice("Silo:Roles", ["serve,train", "train,serve", "serve"], value => Silo.Roles = value);
        reader.Integer("Model:Keep", 1, 1000, value => Model.Keep = (int)value);
    }

    private void ReadTraining(SettingsReader reader)
    {
        reader.Integer("Training:EmbeddingDim", 1, 4096, value => Training.EmbeddingDim = (int)value);
        reader.Integer("Training:BatchSize", 1, 1_048_576, value => Training.BatchSize = (int)value);
        reader.Number("Training:LearningRate", 1e-7, 1, value => Training.LearningRate = value);
        reader.Integer("Training:Epochs", 1, 1000, value => Training.Epochs = (int)value);
        reader.Number("Training:ValidationFraction", 0.01, 0.9, value => Training.ValidationFraction = value);
        reader.Integer("Training:HalfLifeRatings", 0, 1_000_000_000_000, value => Training.HalfLifeRatings = value);
        reader.Choice("Training:Device", ["auto", "cpu", "cuda"], value => Training.Device = value);
        reader.Duration(
            "Training:Interval", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), value => Training.Interval = value);
        reader.Integer("Training:MinNewRatings", 1, 1_000_000_000, value => Training.MinNewRatings = value);
        reader.Integer("Training:FullRetrainEvery", 1, 1_000_000, value => Training.FullRetrainEvery = (int)value);
        reader.Integer("Training:PatienceEpochs", 1, 1000, value => Training.PatienceEpochs = (int)value);
        reader.Flag("Training:Automatic", value => Training.Automatic = value);
        reader.Integer("Training:Seed", long.MinValue, long.MaxValue, value => Training.Seed = value);
    }
}
