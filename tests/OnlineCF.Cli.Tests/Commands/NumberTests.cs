using System.CommandLine;
using System.Globalization;
using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli.Tests.Commands;

/// <summary>Every number of every verb: a point before the decimals, nothing between thousands, the whole text.</summary>
public sealed class NumberTests
{
    private static readonly Type[] Numbers =
        [typeof(int), typeof(long), typeof(float), typeof(double), typeof(double?), typeof(int[]), typeof(long[]), typeof(double[])];

    private static CliEnvironment Nowhere => new() { Out = TextWriter.Null, Error = TextWriter.Null, StateFolder = "" };

    public static TheoryData<string, string> Names => [.. OnlineCfCommand.Create(Nowhere).Subcommands.SelectMany(
        verb => verb.Options.Where(x => Numbers.Contains(x.ValueType)).Select(x => (verb.Name, x.Name))
            .Concat(verb.Arguments.Where(x => Numbers.Contains(x.ValueType)).Select(x => (verb.Name, x.Name))))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Another_text_is_told_with_its_name_and_value_in_every_language(string verb, string name)
    {
        var language = CultureInfo.CurrentCulture;
        try
        {
            // As in German, also where the machine knows no languages.
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (german.NumberFormat.NumberDecimalSeparator, german.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = german;
            foreach (var text in new[] { "1.000.000", "1_0", "0x1", "1 0", "१", "1;5", "∞", "(1)" })
            {
                AssertRefused(verb, name, text, text.Trim());
            }

            // A comma separates the numbers of a list, and an empty one is none.
            AssertRefused(verb, name, "1,,5", "'");
        }
        finally
        {
            CultureInfo.CurrentCulture = language;
        }
    }

    [Theory]
    [InlineData("0.001", 0.001)]
    [InlineData("1e-3", 0.001)]
    [InlineData(".5", 0.5)]
    [InlineData("+1", 1)]
    public void Programs_numbers_are_taken(string text, double number)
    {
        Assert.True(PlainNumber.TryParse<double>(text, out var parsed));
        Assert.Equal(number, parsed);
    }

    [Theory]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("NaN")]
    [InlineData("1.2.3")]
    [InlineData("")]
    public void Another_text_is_none(string text) => Assert.False(PlainNumber.TryParse<double>(text, out _));

    private static void AssertRefused(string verb, string name, string text, string shown)
    {
        var command = OnlineCfCommand.Create(Nowhere).Subcommands.Single(x => x.Name == verb);
        var argument = command.Arguments.ToList().FindIndex(x => x.Name == name);
        string[] line = argument < 0 ? [verb, name, text] : [verb, .. Enumerable.Repeat("1", argument), text];
        var faults = UsageText.Of(OnlineCfCommand.Create(Nowhere).Parse(line));

        Assert.Contains(faults, fault => fault.StartsWith($"{name} ", StringComparison.Ordinal) && fault.Contains(shown, StringComparison.Ordinal));
    }
}
