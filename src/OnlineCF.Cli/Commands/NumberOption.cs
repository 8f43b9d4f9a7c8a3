using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace OnlineCF.Cli.Commands;

/// <summary>Options and arguments that are numbers within a range; another text is a usage error that names it.</summary>
internal static class NumberOption
{
    /// <summary>An option with its default.</summary>
    public static Option<T> Create<T>(string name, string description, T value, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = FormattableString.Invariant($"{description}, {least} to {most}"),
            HelpName = "N",
            DefaultValueFactory = _ => value,
            CustomParser = result => Parse(result, name, least, most),
        };

    /// <summary>A user's, a movie's or a version's id.</summary>
    public static Argument<long> Id(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name, 1L, long.MaxValue),
    };

    private static T Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            result.AddError(FormattableString.Invariant($"{name} must be a number, not '{text}'."));
        }
        else if (number < least || number > most)
        {
            result.AddError(most == T.CreateSaturating(long.MaxValue)
                ? FormattableString.Invariant($"{name} must be at least {least}, not {text}.")
                : FormattableString.Invariant($"{name} must be from {least} to {most}, not {text}."));
        }

        return number;
    }
}
