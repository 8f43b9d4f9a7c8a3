using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;

namespace OnlineCF.Cli.Output;

/// <summary>
/// The two kinds of documents: an rpc's answer as proto3 JSON, and the command line's own results with
/// snake_case names.
/// </summary>
internal static class JsonOutput
{
    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteNumber() },
    };

    /// <summary>proto3 JSON: lowerCamelCase, int64 as strings, default values included.</summary>
    public static string OfAnswer(IMessage message) => Formatter.Format(message);

    /// <summary>One line of JSON with snake_case names.</summary>
    public static string OfResult<T>(T result) => JsonSerializer.Serialize(result, Options);
}
