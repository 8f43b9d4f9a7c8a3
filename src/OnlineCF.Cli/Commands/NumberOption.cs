using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace OnlineCF.Cli.Commands;

/// <summary>Options and arguments that are numbers within a range; another text is a usage error that names it.</summary>
internal static class NumberOption
{
    private const double FirstWithSeparators = 1000;

    /// <summary>An option with its default.</summary>
    /// <param name="name">As it is typed.</param>
    /// <param name="description">What it is; its range is put behind.</param>
    /// <param name="value">The default.</param>
    /// <param name="least">The least that is allowed.</param>
    /// <param name="most">The most that is allowed.</param>
    /// <param name="note">What stands behind the range.</param>
    public static Option<T> Create<T>(string name, string description, T value, T least, T most, string note = "")
        where T : struct, INumber<T> => new(name)
        {
            Description = $"{description}, {Show(least)} to {Show(most)}{note}",
            HelpName = "N",
            DefaultValueFactory = _ => value,
            CustomParser = result => Parse(result, name, least, most),
        };

    /// <summary>A seed: any whole number.</summary>
    public static Option<long> Seed(string description, long value) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => value,
        CustomParser = result => Parse(result, "--seed", long.MinValue, long.MaxValue),
    };

    /// <summary>Processor threads of training.</summary>
    public static Option<int> Threads(int value) =>
        Create("--threads", "Processor threads of training", value, 0, 1024, "; 0: one less than the cores");

    /// <summary>A user's, a movie's or a version's id.</summary>
    public static Argument<long> Id(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, name, 1L, long.MaxValue),
    };

    /// <summary>The only value given, which must be a number of the range; else a usage error.</summary>
    public static T Parse<T>(ArgumentResult result, string name, T least, T most)
        where T : struct, INumber<T> => Parse(result, result.Tokens[0].Value, name, least, most);

    /// <summary>A text that must be a number of the range; else a usage error.</summary>
    public static T Parse<T>(ArgumentResult result, string text, string name, T least, T most)
        where T : struct, INumber<T>
    {
        var isNumber = PlainNumber.TryParse<T>(text, out var number);
        if (isNumber ? number < least || number > most : IsBeyond<T>(text))
        {
            result.AddError($"{name} must be {Range(least, most)}, not {text}.");
        }
        else if (!isNumber)
        {
            result.AddError($"{name} must be a {(PlainNumber.IsWhole<T>() ? "whole " : "")}number, not '{text}'.");
        }

        return number;
    }

    /// <summary>A number for people: thousands are marked.</summary>
    public static string Show<T>(T number)
        where T : struct, INumber<T> => T.IsInteger(number) && double.CreateSaturating(number) is >= FirstWithSeparators or <= -FirstWithSeparators
            ? number.ToString("N0", CultureInfo.InvariantCulture)
            : number.ToString(null, CultureInfo.InvariantCulture);

    /// <summary>The range in words.</summary>
    public static string Range<T>(T least, T most)
        where T : struct, INumber<T> => most == T.CreateSaturating(long.MaxValue)
            ? $"at least {Show(least)}"
            : $"from {Show(least)} to {Show(most)}";

    // Digits alone that the type cannot hold: a number, yet outside every range.
    private static bool IsBeyond<T>(string text)
        where T : struct, INumber<T> => PlainNumber.IsWhole<T>() && PlainNumber.TryParse<BigInteger>(text, out _);
}
