using System.CommandLine;
using Grpc.Core;
using OnlineCF.Cli.Output;

namespace OnlineCF.Cli.Commands;

/// <summary>A verb of the command line: what all of them share.</summary>
internal sealed class Verb : Command
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON document on stdout and nothing else there",
    };

    private readonly ServerOption? _server;
    private readonly CliEnvironment _environment;

    /// <summary>A verb with what it does, and examples for its help.</summary>
    /// <param name="name">The word.</param>
    /// <param name="description">What it does.</param>
    /// <param name="environment">The outside.</param>
    /// <param name="talksToServer">Whether it takes --server and who calls it.</param>
    /// <param name="examples">Whole command lines.</param>
    public Verb(
        string name, string description, CliEnvironment environment, bool talksToServer, params string[] examples)
        : base(name, description)
    {
        (_environment, Examples) = (environment, examples);
        _server = talksToServer ? new ServerOption(environment) : null;
    }

    /// <summary>Whole command lines, shown in help.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Whether it takes --server and who calls it.</summary>
    public bool TalksToServer => _server is not null;

    /// <summary>What Ctrl-C is answered with.</summary>
    public string WhenInterrupted { get; init; } = "Interrupted.";

    /// <summary>Sets what the verb does, and puts the options that all verbs share behind its own.</summary>
    public void Run(Func<VerbInvocation, CancellationToken, Task<int>> action)
    {
        Options.Add(_json);
        if (_server is not null)
        {
            foreach (var option in _server.All)
            {
                Options.Add(option);
            }
        }

        SetAction((result, cancel) => RunAsync(action, result, cancel));
    }

    private async Task<int> RunAsync(
        Func<VerbInvocation, CancellationToken, Task<int>> action, ParseResult result, CancellationToken cancel)
    {
        var terminal = new Terminal(_environment);
        var server = ServerOption.Default;

        // At once: a verb with a server inside takes seconds to end, and the process is not given many.
        using var interrupted = cancel.Register(() => terminal.NoteEnd(WhenInterrupted));
        try
        {
            server = _server?.ServerOf(result) ?? server;
            using var invocation = new VerbInvocation(
                result, terminal, _environment, result.GetValue(_json), server, _server?.CallerOf(result, server) ?? new())
            {
                NamesServer = _server?.IsNamed(result) ?? false,
            };
            return await action(invocation, cancel);
        }
        catch (Exception e) when (cancel.IsCancellationRequested && e is OperationCanceledException or RpcException)
        {
            terminal.NoteEnd(WhenInterrupted);
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (FailureText.Of(e, server) is not null)
        {
            var (exitCode, text) = FailureText.Of(e, server)!.Value;
            terminal.Note($"onlinecf {Name}: {text}");
            return exitCode;
        }
    }
}
