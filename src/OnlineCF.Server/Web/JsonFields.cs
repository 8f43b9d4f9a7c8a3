using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace OnlineCF.Server.Web;

/// <summary>The fields of messages, as JSON and queries name them and give their values.</summary>
internal static class JsonFields
{
    /// <summary>A field by its name in the protocol or in JSON; null when there is none.</summary>
    public static FieldDescriptor? Find(MessageDescriptor message, string name) =>
        message.Fields.InDeclarationOrder().FirstOrDefault(field => field.Name == name || field.JsonName == name);

    /// <summary>What is said of a name that is not a field's.</summary>
    public static string Unknown(string path, string name, IEnumerable<string> names)
    {
        var known = names.ToArray();
        var nearest = known.OrderBy(other => Distance(name, other)).FirstOrDefault();
        var advice = nearest is null ? "nothing is taken here"
            : Distance(name, nearest) <= Math.Max(2, name.Length / 2) ? $"did you mean {nearest}?"
            : $"there are {string.Join(", ", known)}";
        return $"{path}{name} is not known; {advice}";
    }

    /// <summary>What is wrong with a value, or null.</summary>
    /// <param name="value">The value.</param>
    /// <param name="message">The message it should be.</param>
    /// <param name="path">Where it stands.</param>
    public static string? Fault(JsonElement value, MessageDescriptor message, string path)
    {
        if (IsText(message))
        {
            return value.ValueKind == JsonValueKind.String && (message.FullName != Timestamp.Descriptor.FullName || IsTime(value.GetString()!))
                ? null : Expected(path, message.FullName == Timestamp.Descriptor.FullName ? "a time like 2026-01-31T12:00:00Z" : "text", value);
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            return Expected(path.Length == 0 ? "The body" : path, "an object", value);
        }

        foreach (var property in value.EnumerateObject())
        {
            var prefix = path.Length == 0 ? "" : path + ".";
            var fault = Find(message, property.Name) is { } field
                ? Fault(property.Value, field, prefix + property.Name)
                : Unknown(prefix, property.Name, message.Fields.InFieldNumberOrder().Select(other => other.JsonName));
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>The same of the value of a field, a list where it has many.</summary>
    public static string? Fault(JsonElement value, FieldDescriptor field, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (!field.IsRepeated)
        {
            return FaultOfOne(value, field, path);
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return Expected(path, "a list", value);
        }

        var place = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (FaultOfOne(element, field, $"{path}[{place++}]") is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>What a text would have to be to be the value of a field, when it is not.</summary>
    public static string? Expected(FieldDescriptor field, string text) => field.FieldType switch
    {
        FieldType.Int32 when !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
        FieldType.Int64 when !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
        FieldType.Float or FieldType.Double when !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "a number",
        FieldType.Bool when !bool.TryParse(text, out _) => "true or false",
        FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName && !IsTime(text) => "a time like 2026-01-31T12:00:00Z",
        _ => null,
    };

    private static string? FaultOfOne(JsonElement value, FieldDescriptor field, string path) => field.FieldType switch
    {
        FieldType.Message => Fault(value, field.MessageType, path),
        FieldType.Bool => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Expected(path, "true or false", value),
        FieldType.String => value.ValueKind == JsonValueKind.String ? null : Expected(path, "text", value),
        FieldType.Float or FieldType.Double => IsNumber(value, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) ? null : Expected(path, "a number", value),
        FieldType.Int32 or FieldType.Int64 => IsNumber(value, IsWhole) ? null : Expected(path, "a whole number", value),
        _ => null,
    };

    private static bool IsNumber(JsonElement value, Func<string, bool> test) => value.ValueKind switch
    {
        JsonValueKind.Number => test(value.GetRawText()),
        JsonValueKind.String => test(value.GetString()!),
        _ => false,
    };

    // 5, 5.0 and 5e0 are whole.
    private static bool IsWhole(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number);

    private static bool IsTime(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static bool IsText(MessageDescriptor message) =>
        message.FullName == Timestamp.Descriptor.FullName || message.FullName == Duration.Descriptor.FullName
        || message.FullName == FieldMask.Descriptor.FullName;

    private static string Expected(string path, string expected, JsonElement value)
    {
        var text = value.GetRawText();
        return $"{path} must be {expected}, was {(text.Length > 40 ? text[..40] + "…" : text)}";
    }

    // Levenshtein's, without regard to case.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[b.Length];
    }
}
