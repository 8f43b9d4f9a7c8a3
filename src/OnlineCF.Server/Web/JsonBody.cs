using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Web;

/// <summary>
/// The body of a JSON request as transcoding reads it: every field is known and of its kind, or the fault names it. Numbers
/// are taken as numbers and as text, as proto3's JSON has them. Where a message begins with a list, the list alone may be
/// the body.
/// </summary>
internal static class JsonBody
{
    /// <summary>More bytes are not read.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Checks the body and puts it into the form that transcoding reads.</summary>
    /// <returns>What is wrong with it, or null; what is no JSON at all is left for transcoding to refuse.</returns>
    public static async Task<string?> ReadAsync(HttpRequest request, MessageDescriptor message, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        await using var limited = request.Body;
        var buffer = new byte[16 * 1024];
        for (int read; (read = await limited.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > MaxBytes)
            {
                return $"The body is longer than {MaxBytes >> 20} MB; send it in pieces.";
            }
        }

        var (fault, text) = Read(body.ToArray(), message);
        request.Body = text is null ? new MemoryStream(body.ToArray()) : new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        request.ContentLength = request.Body.Length;
        return fault;
    }

    private static (string? Fault, string? Text) Read(byte[] body, MessageDescriptor message)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var list = json.RootElement.ValueKind == JsonValueKind.Array ? FirstList(message) : null;
            var fault = list is null ? JsonFields.Fault(json.RootElement, message, "") : JsonFields.Fault(json.RootElement, list, list.JsonName);
            if (fault is not null)
            {
                return (fault, null);
            }

            var text = json.RootElement.GetRawText();
            var parsed = JsonParser.Default.Parse(list is null ? text : $"{{\"{list.JsonName}\":{text}}}", message);
            return (parsed is UpsertMoviesRequest movies ? GiveMask(movies, json.RootElement) : null, JsonFormatter.Default.Format(parsed));
        }
        catch (JsonException)
        {
            return (null, null);
        }
        catch (InvalidOperationException exception)
        {
            // Half a character, or bytes that are no UTF-8, are found only where they are read.
            return ($"The body cannot be read: {exception.Message}", null);
        }
        catch (InvalidProtocolBufferException exception)
        {
            return (exception.Message, null);
        }
    }

    private static FieldDescriptor? FirstList(MessageDescriptor message) =>
        message.Fields.InFieldNumberOrder().FirstOrDefault() is { IsRepeated: true, FieldType: FieldType.Message } list ? list : null;

    // JSON tells a field that is absent from one that is empty: what movies do not say of themselves stays.
    private static string? GiveMask(UpsertMoviesRequest request, JsonElement root)
    {
        var movies = root.ValueKind == JsonValueKind.Array ? root : root.TryGetProperty("movies", out var list) ? list : default;
        if (request.UpdateMask is not null || movies.ValueKind != JsonValueKind.Array || movies.GetArrayLength() == 0)
        {
            return null;
        }

        var fields = NamesOf(movies[0]);
        for (var i = 1; i < movies.GetArrayLength(); i++)
        {
            if (!NamesOf(movies[i]).SetEquals(fields))
            {
                return $"movies[{i}] has other fields than movies[0]: give updateMask, or send them apart.";
            }
        }

        request.UpdateMask = new() { Paths = { fields } };
        return null;
    }

    private static HashSet<string> NamesOf(JsonElement movie) =>
    [
        .. movie.EnumerateObject().Select(property => JsonFields.Find(Movie.Descriptor, property.Name)!.Name)
            .Where(name => name != "movie_id"),
    ];
}
