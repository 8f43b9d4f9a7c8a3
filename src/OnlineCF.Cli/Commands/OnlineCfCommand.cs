using System.CommandLine;
using System.CommandLine.Help;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class OnlineCfCommand
{
    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, CliEnvironment environment, CancellationToken cancellationToken = default)
    {
        var root = Create(environment);
        if (args.Count == 0)
        {
            // Nobody asked for this answer, so that it is none: a script that lost its verb must not go on.
            root.Parse("--help").Invoke(ConfigurationOf(environment, environment.Error));
            return ExitCodes.Usage;
        }

        var result = root.Parse(CommandWords.InOrder(args, root), Parsing);
        if (result.Action is not HelpWithExamples && !args[0].StartsWith(CompletionCommand.Directive, StringComparison.Ordinal) && UsageText.Of(result) is { Count: > 0 } faults)
        {
            foreach (var fault in faults)
            {
                environment.Error.WriteLine(Printable.Of($"onlinecf: {fault}"));
            }

            var command = result.CommandResult.Command is Verb verb ? $"onlinecf {verb.Name}" : "onlinecf";
            environment.Error.WriteLine($"'{command} --help' shows how.");
            return ExitCodes.Usage;
        }

        return await result.InvokeAsync(ConfigurationOf(environment, environment.Out), cancellationToken);
    }

    // A word that begins with @ is a word, not a file of further ones.
    private static ParserConfiguration Parsing => new() { ResponseFileTokenReplacer = null };

    private static InvocationConfiguration ConfigurationOf(CliEnvironment environment, TextWriter output) => new()
    {
        Output = output,
        Error = environment.Error,
        EnableDefaultExceptionHandler = false,

        // Signals are the caller's: the library ends the process too soon for a verb with a server inside.
        ProcessTerminationTimeout = null,
    };

    /// <summary>The root with all verbs.</summary>
    public static RootCommand Create(CliEnvironment environment)
    {
        var root = new RootCommand("Online collaborative filtering for movies: ratings in, recommendations out.")
        {
            ImportCommand.Create(environment),
            GenerateCommand.Create(environment),
            RateCommand.Create(environment),
            RatingsCommand.Create(environment),
            DeleteCommand.Create(environment),
            EraseCommand.Create(environment),
            RecommendCommand.Create(environment),
            SimilarCommand.Create(environment),
            SearchCommand.Create(environment),
            HideCommand.Create(environment),
            TrainCommand.Create(environment),
            CancelCommand.Create(environment),
            ModelsCommand.Create(environment),
            RollbackCommand.Create(environment),
            StatusCommand.Create(environment),
            BenchCommand.Create(environment),
            EvaluateCommand.Create(environment),
            ReplayCommand.Create(environment),
            TuneCommand.Create(environment),
            DemoCommand.Create(environment),
            ExportCommand.Create(environment),
            RestoreCommand.Create(environment),
            BackupCommand.Create(environment),
            KeysCommand.Create(environment),
            CompletionCommand.Create(environment),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }
}
