using System.Text.Json.Serialization;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>What stands before a snapshot's arrays; members are only ever added.</summary>
internal sealed record SnapshotHeader
{
    public required long Version { get; init; }

    [JsonPropertyName(ModelManifest.TermName)]
    public required long Term { get; init; }

    public required long TrainedSequence { get; init; }

    public required DateTimeOffset TrainedAt { get; init; }

    public required float GlobalMean { get; init; }

    public required FoldInParameters FoldIn { get; init; }

    public required int EmbeddingDim { get; init; }

    public required int Stride { get; init; }

    public required int Movies { get; init; }

    public required int Users { get; init; }

    public required RoundRecord Round { get; init; }
}

/// <summary>A published snapshot as the manifest keeps it.</summary>
internal sealed record ModelEntry(long Version, long SizeBytes, string Checksum, RoundRecord Round);

/// <summary>Everything the model store knows beside the snapshots; immutable, replaced as a whole.</summary>
internal sealed record ModelManifest
{
    /// <summary>The newest format this build reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>What the term is called in files; they keep the name they began with.</summary>
    public const string TermName = "epoch";

    public required int Format { get; init; }

    [JsonPropertyName(TermName)]
    public required long Term { get; init; }

    public required long NextVersion { get; init; }

    public required long ServingVersion { get; init; }

    /// <summary>0 in a manifest of before there was one: what serves is the best then.</summary>
    public long BestVersion { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<ModelEntry> Models { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<RoundRecord> Rounds { get; init; }

    public static ModelManifest Empty { get; } = new()
    {
        Format = CurrentFormat,
        Term = 0,
        NextVersion = 1,
        ServingVersion = 0,
        Models = [],
        Rounds = [],
    };

    public ModelEntry? Find(long version) => Models.FirstOrDefault(model => model.Version == version);
}

// Figures that were not measured are NaN, which plain JSON does not have.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotHeader))]
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ModelJson : JsonSerializerContext;
