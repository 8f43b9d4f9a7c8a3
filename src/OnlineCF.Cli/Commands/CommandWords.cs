using System.CommandLine;

namespace OnlineCF.Cli.Commands;

/// <summary>Command lines as people type them, in the order that the parser reads.</summary>
internal static class CommandWords
{
    private const string Help = "help";

    // What all verbs share may stand before the verb.
    private static readonly string[] Flags = ["--json"];
    private static readonly string[] Values = ["--server", "--token", "--cert", "--cert-key", "--ca"];

    /// <summary>The words with the verb first: <c>help VERB</c> is <c>VERB --help</c>, and options before the verb go behind it.</summary>
    public static IReadOnlyList<string> InOrder(IReadOnlyList<string> args, RootCommand root)
    {
        var verb = 0;
        while (verb < args.Count && WidthOf(args[verb]) is > 0 and var width)
        {
            verb += width;
        }

        if (verb >= args.Count)
        {
            return args;
        }

        // A verb of two words, such as keys list, takes no option of its own behind the first.
        var end = verb + 1;
        if (end < args.Count && root.Subcommands.FirstOrDefault(command => command.Name == args[verb]) is { Subcommands.Count: > 0 })
        {
            end++;
        }

        return args[verb] == Help
            ? HelpOn([.. args.Skip(verb + 1)], root)
            : [.. args.Skip(verb).Take(end - verb), .. args.Take(verb), .. args.Skip(end)];
    }

    // A verb that there is not is said to be none, as where it is called.
    private static IReadOnlyList<string> HelpOn(IReadOnlyList<string> words, RootCommand root) =>
        words.Count == 0 || root.Subcommands.Any(command => command.Name == words[0]) ? [.. words, "--help"] : words;

    private static int WidthOf(string word)
    {
        if (Flags.Contains(word) || Array.Exists(Values, value => word.StartsWith(value + "=", StringComparison.Ordinal)))
        {
            return 1;
        }

        return Values.Contains(word) ? 2 : 0;
    }
}
