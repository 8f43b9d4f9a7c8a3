using System.CommandLine;
using Google.Protobuf;
using OnlineCF.Cli.Output;
using OnlineCF.Client;

namespace OnlineCF.Cli.Commands;

/// <summary>One run of a verb.</summary>
internal sealed class VerbInvocation(
    ParseResult result, Terminal terminal, CliEnvironment environment, bool json, ServerAddresses server, OnlineCFClientOptions caller) : IDisposable
{
    private ServerConnection? _connection;

    /// <summary>Where answers and messages go.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>The outside.</summary>
    public CliEnvironment Environment { get; } = environment;

    /// <summary>Whether the answer is JSON.</summary>
    public bool Json { get; } = json;

    /// <summary>The server named.</summary>
    public ServerAddresses Server { get; } = server;

    /// <summary>Whether somebody named it.</summary>
    public bool NamesServer { get; init; }

    /// <summary>The connection to the server; opened by the first call.</summary>
    public ServerConnection Connection => _connection ??= new ServerConnection(Server, caller);

    /// <summary>An option's value.</summary>
    public T? Value<T>(Option<T> option) => result.GetValue(option);

    /// <summary>An argument's value.</summary>
    public T Value<T>(Argument<T> argument) => result.GetRequiredValue(argument);

    /// <summary>Whether the option was written on the command line.</summary>
    public bool Has(Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>Writes an rpc's answer, as JSON or for people.</summary>
    public int Answer<TMessage>(TMessage message, Action<TMessage> forPeople)
        where TMessage : IMessage
    {
        if (Json)
        {
            Terminal.WriteLine(JsonOutput.OfAnswer(message));
        }
        else
        {
            forPeople(message);
        }

        return ExitCodes.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _connection?.Dispose();
}
