using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace OnlineCF.Cli.Commands;

/// <summary>The usual help, then the verb's examples and the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private const string ExitCodesText = """
        Exit codes:
          0    done
          1    it did not work; stderr says why
          2    the command line is wrong
          3    no server answers
          130  stopped by Ctrl-C
        """;

    private static readonly string[] FirstSteps =
    [
        "onlinecf import ml-latest-small.zip",
        "onlinecf train --watch",
        "onlinecf recommend 1 --explain",
    ];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var exitCode = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in parseResult.CommandResult.Command is Verb verb ? verb.Examples : FirstSteps)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        output.WriteLine(ExitCodesText);
        return exitCode;
    }
}
