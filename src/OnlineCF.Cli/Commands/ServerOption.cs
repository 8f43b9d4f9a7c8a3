using System.CommandLine;
using OnlineCF.Client;

namespace OnlineCF.Cli.Commands;

/// <summary>Which server a verb talks to, and with which token.</summary>
internal sealed class ServerOption
{
    private readonly CliEnvironment _environment;

    /// <summary>The two options.</summary>
    public ServerOption(CliEnvironment environment)
    {
        _environment = environment;
        Address.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (text is not null && Parse(text) is null)
            {
                result.AddError($"--server must be the address of a server, such as http://localhost:5081, not '{text}'.");
            }
        });
        Token.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && !IsToken(text.Trim()))
            {
                result.AddError("--token must be ASCII characters without spaces.");
            }
        });
    }

    /// <summary>Where a server listens when nothing is said.</summary>
    public static ServerAddresses Default { get; } = new([new Uri("http://localhost:5081")]);

    /// <summary>--server</summary>
    public Option<string?> Address { get; } = new("--server")
    {
        Description = "Address of the server's gRPC port, or of several silos with commas between [env: ONLINECF_SERVER] [default: http://localhost:5081]",
        HelpName = "URL",
    };

    /// <summary>--token</summary>
    public Option<string?> Token { get; } = new("--token")
    {
        Description = "Bearer token for a server that asks for one [env: ONLINECF_TOKEN]",
        HelpName = "TOKEN",
    };

    /// <summary>The server of the option, the environment variable or the default, in this order.</summary>
    /// <exception cref="CommandException">The environment variable holds no address.</exception>
    public ServerAddresses ServerOf(ParseResult result)
    {
        if (result.GetValue(Address) is { } text)
        {
            return Parse(text)!;
        }

        var variable = _environment.Variable("ONLINECF_SERVER");
        return string.IsNullOrWhiteSpace(variable)
            ? Default
            : Parse(variable) ?? throw new CommandException(
                ExitCodes.Usage, $"ONLINECF_SERVER is '{variable}', which is not the address of a server, such as http://localhost:5081.");
    }

    /// <summary>Whether a server is named, by the option or the environment variable.</summary>
    public bool IsNamed(ParseResult result) =>
        result.GetValue(Address) is not null || !string.IsNullOrWhiteSpace(_environment.Variable("ONLINECF_SERVER"));

    /// <summary>The token, or null.</summary>
    /// <exception cref="CommandException">The environment variable holds no token.</exception>
    public string? TokenOf(ParseResult result)
    {
        var token = (result.GetValue(Token) ?? _environment.Variable("ONLINECF_TOKEN"))?.Trim();
        return token is null || IsToken(token)
            ? token
            : throw new CommandException(ExitCodes.Usage, "ONLINECF_TOKEN must be ASCII characters without spaces.");
    }

    /// <summary>The addresses; "localhost:5081" is taken for http.</summary>
    public static ServerAddresses? Parse(string text) =>
        OnlineCFClient.TryParseAddresses(text, out var addresses) ? new ServerAddresses(addresses) : null;

    private static bool IsToken(string text) => text.All(x => x is > ' ' and < '\x7f');
}
