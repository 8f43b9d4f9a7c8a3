using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OnlineCF.Cli.Commands;

/// <summary>The whole command line.</summary>
internal static class OnlineCfCommand
{
    // After Ctrl-C a verb may save how far it came.
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(5);

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, CliEnvironment environment, CancellationToken cancellationToken = default)
    {
        var result = Create(environment).Parse(args);
        if (result.Action is ParseErrorAction)
        {
            foreach (var error in result.Errors)
            {
                environment.Error.WriteLine($"onlinecf: {error.Message}");
            }

            var command = result.CommandResult.Command is Verb verb ? $"onlinecf {verb.Name}" : "onlinecf";
            environment.Error.WriteLine($"'{command} --help' shows how.");
            return ExitCodes.Usage;
        }

        var configuration = new InvocationConfiguration
        {
            Output = environment.Out,
            Error = environment.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeToStop,
        };
        return await result.InvokeAsync(configuration, cancellationToken);
    }

    /// <summary>The root with all verbs.</summary>
    public static RootCommand Create(CliEnvironment environment)
    {
        var root = new RootCommand("Online collaborative filtering for movies: ratings in, recommendations out.")
        {
            ImportCommand.Create(environment),
            GenerateCommand.Create(environment),
            RateCommand.Create(environment),
            RecommendCommand.Create(environment),
            SimilarCommand.Create(environment),
            SearchCommand.Create(environment),
            TrainCommand.Create(environment),
            ModelsCommand.Create(environment),
            RollbackCommand.Create(environment),
            StatusCommand.Create(environment),
            BenchCommand.Create(environment),
            EvaluateCommand.Create(environment),
            ReplayCommand.Create(environment),
            TuneCommand.Create(environment),
            DemoCommand.Create(environment),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }
}
