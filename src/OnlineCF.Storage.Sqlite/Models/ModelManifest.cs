using System.Text.Json.Serialization;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;

namespace OnlineCF.Storage.Sqlite.Models;

/// <summary>A published snapshot as the manifest keeps it.</summary>
internal sealed record ModelEntry(long Version, long SizeBytes, string Checksum, RoundRecord Round);

/// <summary>Everything the model store knows beside the snapshots; immutable, replaced as a whole.</summary>
internal sealed record ModelManifest
{
    /// <summary>The newest format this build reads.</summary>
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    [JsonPropertyName(SnapshotHeader.TermName)]
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
[JsonSerializable(typeof(ModelManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
