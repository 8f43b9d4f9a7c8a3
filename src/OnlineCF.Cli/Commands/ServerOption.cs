using System.CommandLine;
using OnlineCF.Client;

namespace OnlineCF.Cli.Commands;

/// <summary>Which server a verb talks to, as whom, and whom it takes for that server.</summary>
internal sealed class ServerOption
{
    private readonly CliEnvironment _environment;

    /// <summary>The options.</summary>
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
        foreach (var file in (Option<string?>[])[Certificate, CertificateKey, Authority])
        {
            file.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string>() is { } path && string.IsNullOrWhiteSpace(path))
                {
                    result.AddError($"{file.Name} wants the name of a file.");
                }
            });
        }
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

    /// <summary>--cert</summary>
    public Option<string?> Certificate { get; } = new("--cert")
    {
        Description = "Your certificate, in PEM, for a server that wants one [env: ONLINECF_CERT]",
        HelpName = "FILE",
    };

    /// <summary>--cert-key</summary>
    public Option<string?> CertificateKey { get; } = new("--cert-key")
    {
        Description = "The certificate's key, in PEM, where it is not in the same file [env: ONLINECF_CERT_KEY]",
        HelpName = "FILE",
    };

    /// <summary>--ca</summary>
    public Option<string?> Authority { get; } = new("--ca")
    {
        Description = "The authorities that may sign the server's certificate, in PEM, instead of those that the machine trusts [env: ONLINECF_CA]",
        HelpName = "FILE",
    };

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [Address, Token, Certificate, CertificateKey, Authority];

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

    /// <summary>Who calls that server, and whom they take for it; what is null nobody said.</summary>
    /// <exception cref="CommandException">The environment or the options do not go together.</exception>
    public OnlineCFClientOptions CallerOf(ParseResult result, ServerAddresses server)
    {
        var (certificate, authority) = (result.GetValue(Certificate), result.GetValue(Authority));
        if ((certificate ?? authority) is not null && server.First.Scheme != Uri.UriSchemeHttps)
        {
            throw new CommandException(
                ExitCodes.Usage, $"{(certificate is null ? Authority : Certificate).Name} is for a server that is asked by https://, which {server} is not.");
        }

        // The key in the environment belongs to the certificate in the environment.
        var key = result.GetValue(CertificateKey) ?? (certificate is null ? FileOf("ONLINECF_CERT_KEY") : null);
        certificate ??= FileOf("ONLINECF_CERT");
        return key is null || certificate is not null
            ? new OnlineCFClientOptions
            {
                Token = TokenOf(result),
                CertificatePath = certificate,
                CertificateKeyPath = key,
                AuthorityPath = authority ?? FileOf("ONLINECF_CA"),
            }
            : throw new CommandException(ExitCodes.Usage, $"'{key}' is the key of no certificate; --cert or ONLINECF_CERT names it.");
    }

    /// <summary>The addresses; "localhost:5081" is taken for http.</summary>
    public static ServerAddresses? Parse(string text) =>
        OnlineCFClient.TryParseAddresses(text, out var addresses) ? new ServerAddresses(addresses) : null;

    private string? TokenOf(ParseResult result)
    {
        var token = (result.GetValue(Token) ?? _environment.Variable("ONLINECF_TOKEN"))?.Trim();
        return token is null || IsToken(token)
            ? token
            : throw new CommandException(ExitCodes.Usage, "ONLINECF_TOKEN must be ASCII characters without spaces.");
    }

    private string? FileOf(string variable) =>
        _environment.Variable(variable) is { } path && !string.IsNullOrWhiteSpace(path) ? path : null;

    private static bool IsToken(string text) => text.All(x => x is > ' ' and < '\x7f');
}
