using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace OnlineCF.Cli.Commands;

/// <summary>Options that are several numbers within a range, separated by commas, none of them twice.</summary>
internal static class ListOption
{
    /// <summary>An option with its default.</summary>
    public static Option<T[]> Create<T>(string name, string description, IReadOnlyList<T> values, T least, T most)
        where T : struct, INumber<T>
    {
        var range = NumberOption.Range(least, most);
        return new Option<T[]>(name)
        {
            Description = FormattableString.Invariant(
                $"{description}, {range}, separated by commas [default: {string.Join(',', values.Select(x => x.ToString(null, CultureInfo.InvariantCulture)))}]"),
            HelpName = "N,N,...",
            Arity = ArgumentArity.ExactlyOne,
            CustomParser = result => Parse(result, name, range, least, most),
        };
    }

    private static T[] Parse<T>(ArgumentResult result, string name, string range, T least, T most)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        var values = new List<T>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (FaultOf(part, values, range, least, most, out var value) is { } fault)
            {
                result.AddError(text.Trim().Length == 0
                    ? $"{name} is empty: give numbers {range}, separated by commas."
                    : $"{name} {fault}.");
                return [];
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static string? FaultOf<T>(string part, List<T> before, string range, T least, T most, out T value)
        where T : struct, INumber<T>
    {
        if (!PlainNumber.TryParse(part, out value))
        {
            return $"must be numbers {range}, separated by commas, not '{part}'";
        }

        if (value < least || value > most)
        {
            return $"must be {range}, not {part}";
        }

        return before.Contains(value) ? $"has {part} twice" : null;
    }
}
