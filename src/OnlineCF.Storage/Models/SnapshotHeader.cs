using System.Text.Json.Serialization;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Models;

/// <summary>What stands before a snapshot's arrays; members are only ever added.</summary>
internal sealed record SnapshotHeader
{
    /// <summary>What the term is called in files; they keep the name they began with.</summary>
    public const string TermName = "epoch";

    public required long Version { get; init; }

    [JsonPropertyName(TermName)]
    public required long Term { get; init; }

    public required long TrainedSequence { get; init; }

    public required DateTimeOffset TrainedAt { get; init; }

    public required float GlobalMean { get; init; }

    public required FoldInParameters FoldIn { get; init; }

    public required int EmbeddingDim { get; init; }

    public required int Stride { get; init; }

    public required int Movies { get; init; }

    public required int Users { get; init; }

    public bool HasSittings { get; init; }

    public bool HasJudged { get; init; }

    public required RoundRecord Round { get; init; }
}

// Figures that were not measured are NaN, which plain JSON does not have.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotHeader))]
[JsonSerializable(typeof(RoundRecord))]
internal sealed partial class ModelJson : JsonSerializerContext;
