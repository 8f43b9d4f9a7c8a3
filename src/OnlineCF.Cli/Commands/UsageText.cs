using System.CommandLine;
using System.CommandLine.Parsing;

namespace OnlineCF.Cli.Commands;

/// <summary>Says what is wrong with a command line, in the words of the one who typed it.</summary>
internal static class UsageText
{
    /// <summary>One line for each fault; none for a command line that is right.</summary>
    public static IReadOnlyList<string> Of(ParseResult result)
    {
        // What follows from a wrong word is no fault of its own.
        if (result.CommandResult.Command is RootCommand && result.Errors.Count > 0)
        {
            return [result.UnmatchedTokens is [var word, ..] ? Unknown(result, word) : "No verb is given."];
        }

        string[] words = [.. UnknownOptions(result).Concat(result.UnmatchedTokens).Distinct()];
        string[] options = [.. words.Where(x => x.StartsWith('-'))];
        string[] unknown = [.. (options.Length > 0 ? options : words).Select(x => Unknown(result, x))];
        return unknown.Length > 0 ? unknown : [.. Missing(result), .. WrongValues(result)];
    }

    private static string Unknown(ParseResult result, string word)
    {
        var command = result.CommandResult.Command;
        if (word.StartsWith('-'))
        {
            return $"There is no option '{word}'." + Meant(word, OptionsOf(command));
        }

        return command is RootCommand
            ? $"There is no verb '{word}'." + Meant(word, command.Subcommands.Select(x => x.Name))
            : $"'{word}' is one argument too many.";
    }

    private static string Meant(string word, IEnumerable<string> names) =>
        NearestName.Of(word, names) is { } name ? $" Did you mean '{name}'?" : "";

    private static IEnumerable<string> OptionsOf(Command command) => command.Options
        .Concat(command.Parents.OfType<Command>().SelectMany(x => x.Options).Where(x => x.Recursive))
        .Select(x => x.Name);

    // The parser takes an option that it does not know for an argument, where the verb has one. A number may be
    // negative, and behind "--" everything is an argument.
    private static IEnumerable<string> UnknownOptions(ParseResult result)
    {
        var options = result.Tokens.TakeWhile(x => x.Type != TokenType.DoubleDash)
            .Select(x => x.Value)
            .Where(x => x.Length > 1 && x[0] == '-' && !char.IsDigit(x[1]) && x[1] != '.')
            .ToHashSet();
        return result.CommandResult.Command.Arguments
            .SelectMany(x => result.GetResult(x)?.Tokens ?? [])
            .Select(x => x.Value)
            .Where(options.Contains);
    }

    private static IEnumerable<string> Missing(ParseResult result)
    {
        string[] names =
        [
            .. result.Errors.Select(x => x.SymbolResult).Where(x => x is { Tokens.Count: 0 }).Select(x => x switch
            {
                ArgumentResult argument => argument.Argument.Name,
                OptionResult { IdentifierToken: null } option => option.Option.Name,
                _ => "",
            }).Where(x => x.Length > 0).Distinct(),
        ];
        return names.Length switch
        {
            0 => [],
            1 => [$"{names[0]} is missing."],
            _ => [$"{string.Join(", ", names[..^1])} and {names[^1]} are missing."],
        };
    }

    private static IEnumerable<string> WrongValues(ParseResult result) => result.Errors.Select(error => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, IdentifierToken: not null } option =>
            $"{option.Option.Name} needs a value: {option.Option.Name} {option.Option.HelpName}.",
        OptionResult option when option.Tokens.Count > option.Option.Arity.MaximumNumberOfValues =>
            $"{option.Option.Name} is given {option.Tokens.Count} times; give it once.",
        ArgumentResult { Tokens.Count: 0 } or OptionResult { Tokens.Count: 0 } => "",
        _ => error.Message,
    }).Where(x => x.Length > 0).Distinct();
}
