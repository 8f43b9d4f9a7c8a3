using System.Text.Json.Serialization;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Models;

namespace OnlineCF.Storage.Archives;

// Figures that were not measured are NaN, which plain JSON does not have.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(ArchiveManifest))]
[JsonSerializable(typeof(IReadOnlyList<RoundRecord>))]
internal sealed partial class ArchiveJson : JsonSerializerContext;
