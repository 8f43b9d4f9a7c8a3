using System.Text.Json;
using OnlineCF.Cli.Commands;

namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>Runs command lines and keeps what they wrote.</summary>
internal sealed class CliRun(TemporaryFolder folder, Uri? server = null)
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public int? Width { get; init; }

    public Dictionary<string, string> Variables { get; } = [];

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public string StateFolder => folder.At("state");

    public string DataFolder => folder.Path;

    public async Task<int> RunAsync(CancellationToken cancellationToken, params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        if (server is not null)
        {
            Variables.TryAdd("ONLINECF_SERVER", server.OriginalString);
        }

        var exitCode = await OnlineCfCommand.RunAsync(
            args,
            new CliEnvironment
            {
                Out = output,
                Error = TextWriter.Synchronized(error),
                Time = Time,
                Width = Width,
                StateFolder = StateFolder,
                Variable = Variables.GetValueOrDefault,
            },
            cancellationToken);
        (Out, Error) = (output.ToString(), error.ToString());
        return exitCode;
    }

    public Task<int> RunAsync(params string[] args) => RunAsync(TestContext.Current.CancellationToken, args);
}
