using System.Collections;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Seeded messages, bytes and texts such as careless and hostile clients send.</summary>
internal sealed class Mutations(int seed)
{
    private static readonly long[] Edges =
        [0, -1, 1, int.MaxValue, int.MinValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue, 1000, 1001, 253_402_300_800];

    private static readonly double[] Fractions =
    [
        0, -0.0, 0.5, 5, 5.0001, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, float.MaxValue, double.MaxValue, 1e-30,
    ];

    private static readonly string[] Texts =
    [
        "", " ", "*", "\0", "1", "-1", "1:2:3", "Drama", "title", "../../etc/passwd", "'; DROP TABLE movies; --", "\u202E\u200B\uFEFF", "🎬🎬", "İıſK",
        "%00", "{0}", "e\u0301\u0301\u0301", "\uFFFF", "99999999999999999999", "NaN", "hidden,title", "MQ==",
    ];

    private static readonly string[] JsonParts =
    [
        "null", "true", "[]", "{}", "\"\"", "-0", "1e999", "-1e999", "123456789012345678901234567890", "0.1", "\"NaN\"", "\"Infinity\"", "\"\\ud800\"",
        "\"\\u0000\"", "\"2020-01-01T00:00:00Z\"", "\"9999-99-99T99:99:99Z\"", "[[1],{\"a\":null}]", "\"1\"", "1", "[null]", "\"title,year\"",
    ];

    public Random Random { get; } = new(seed);

    /// <summary>A message of this kind: sound values with others among them.</summary>
    public IMessage Message(MessageDescriptor descriptor, int depth = 0)
    {
        var message = descriptor.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in descriptor.Fields.InFieldNumberOrder().Where(_ => Random.Next(10) < 7))
        {
            if (depth >= 4)
            {
                break;
            }

            if (field.IsRepeated)
            {
                var list = (IList)field.Accessor.GetValue(message);
                var count = Random.Next(40) switch { 0 => 3000, 1 => 300, _ => Random.Next(4) };
                for (var i = 0; i < count; i++)
                {
                    list.Add(Value(field, depth, isShort: count > 10));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, depth, isShort: false));
            }
        }

        return message;
    }

    /// <summary>The bytes of a message, whole or spoilt, or of none.</summary>
    public byte[] Bytes(MessageDescriptor descriptor)
    {
        var bytes = Message(descriptor).ToByteArray();
        switch (Random.Next(6))
        {
            case 0:
                bytes = new byte[Random.Next(64)];
                Random.NextBytes(bytes);
                break;
            case 1:
                bytes = bytes[..Random.Next(bytes.Length + 1)];
                break;
            case 2 when bytes.Length > 0:
                for (var i = Random.Next(1, 4); i > 0; i--)
                {
                    bytes[Random.Next(bytes.Length)] = (byte)Random.Next(256);
                }

                break;
        }

        return bytes;
    }

    /// <summary>A body of JSON, or nearly.</summary>
    public byte[] Json(MessageDescriptor descriptor)
    {
        var text = Format(Message(descriptor)) ?? WithPart(descriptor);
        switch (Random.Next(12))
        {
            case 0:
                text = text[..Random.Next(text.Length + 1)];
                break;
            case 1:
                var depth = Random.Next(1, 20_000);
                text = string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", Random.Next(2) * depth));
                break;
            case 2:
                text = string.Concat(Enumerable.Repeat("{\"filter\":", Random.Next(1, 5000))) + "1";
                break;
            case 3:
                text = Pick(JsonParts);
                break;
            case 4 or 5 or 6 or 7:
                text = WithPart(descriptor);
                break;
            case 8 when text.Length > 2:
                var bytes = Encoding.UTF8.GetBytes(text);
                bytes[Random.Next(bytes.Length)] = (byte)Random.Next(256);
                return bytes;
        }

        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>A text for a path or a query, not escaped yet.</summary>
    public string Word() => Random.Next(3) switch
    {
        0 => Number().ToString(CultureInfo.InvariantCulture),
        1 => Random.Next(1, 120).ToString(CultureInfo.InvariantCulture),
        _ => Text(isShort: true),
    };

    public T Pick<T>(IReadOnlyList<T> things) => things[Random.Next(things.Count)];

    // Moments and masks that have no JSON are none for the formatter.
    private static string? Format(IMessage message)
    {
        try
        {
            return JsonFormatter.Default.Format(message);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    // Fields with values of other kinds, some of them twice.
    private string WithPart(MessageDescriptor descriptor)
    {
        var fields = descriptor.Fields.InFieldNumberOrder();
        if (fields.Count == 0)
        {
            return "{\"nothing\":" + Pick(JsonParts) + "}";
        }

        var parts = Enumerable.Range(0, Random.Next(1, 5)).Select(_ =>
        {
            var field = fields[Random.Next(fields.Count)];
            var value = field.FieldType == FieldType.Message && Random.Next(2) == 0 ? WithPart(field.MessageType) : Pick(JsonParts);
            return $"\"{(Random.Next(2) == 0 ? field.Name : field.JsonName)}\":{(field.IsRepeated && Random.Next(2) == 0 ? $"[{value},{value}]" : value)}";
        });
        return "{" + string.Join(',', parts) + "}";
    }

    private object Value(FieldDescriptor field, int depth, bool isShort) => field.FieldType switch
    {
        FieldType.Int64 => Number(),
        FieldType.Int32 => unchecked((int)Number()),
        FieldType.Float => (float)Fraction(),
        FieldType.Double => Fraction(),
        FieldType.Bool => Random.Next(2) == 0,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, unchecked((int)Number()) % 1000),
        FieldType.String => Text(isShort),
        FieldType.Bytes => ByteString.CopyFrom(new byte[Random.Next(100)]),
        FieldType.Message => Message(field.MessageType, depth + 1),
        _ => throw new NotSupportedException($"{field.FullName} is a {field.FieldType}."),
    };

    private long Number() => Random.Next(4) switch
    {
        0 => Pick(Edges),
        1 => Random.NextInt64(long.MinValue, long.MaxValue),
        _ => Random.Next(1, 60),
    };

    private double Fraction() => Random.Next(2) == 0 ? Pick(Fractions) : Random.Next(1, 11) / 2.0;

    private string Text(bool isShort) =>
        !isShort && Random.Next(40) == 0 ? new string('x', Random.Next(1, 100_000)) : string.Concat(Enumerable.Range(0, Random.Next(1, 4)).Select(_ => Pick(Texts)));
}
