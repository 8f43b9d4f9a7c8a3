using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;

namespace OnlineCF.Cli.Commands;

/// <summary>The usual help, then the verb's examples and the exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
{
    private static readonly (int Code, string Text)[] Codes =
    [
        (ExitCodes.Ok, "done"),
        (ExitCodes.Error, "it did not work; stderr says why"),
        (ExitCodes.Usage, "the command line is wrong"),
        (ExitCodes.NoServer, "no server answers"),
        (ExitCodes.Interrupted, "stopped by Ctrl-C"),
    ];

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
        var verb = parseResult.CommandResult.Command as Verb;
        foreach (var example in verb?.Examples ?? FirstSteps)
        {
            output.WriteLine($"  {example}");
        }

        output.WriteLine();
        output.WriteLine("Exit codes:");
        foreach (var (code, text) in Codes.Where(x => x.Code != ExitCodes.NoServer || verb is not { TalksToServer: false }))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {code,-4} {text}"));
        }

        return exitCode;
    }
}
