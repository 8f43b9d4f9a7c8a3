using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Server;

namespace OnlineCF.Cli.Tests.Commands;

/// <summary>Verbs at a server that shows a certificate and wants one.</summary>
public sealed class CertificateTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly string _mine;
    private RunningServer _server = null!;

    public CertificateTests()
    {
        (_authority, _stranger) = (new TestAuthority(_folder.Path, "authority"), new TestAuthority(_folder.Path, "stranger"));
        _mine = _authority.Sign("mine", TestAuthority.ForClients);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Address => $"https://localhost:{_server.GrpcAddress.Port}";

    public async ValueTask InitializeAsync() => _server = await ServerHost.StartAsync(
        [
            "--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false", "--Logging:LogLevel:Default=Warning",
            $"--Storage:Path={_folder.At("data")}", "--Server:ClientCertificates=required",
            $"--Server:CertificatePath={_authority.Sign("server", TestAuthority.ForServers)}", $"--Server:ClientAuthorityPath={_authority.Path}",
        ],
        Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_certificate_and_an_authority_of_files_are_shown_and_trusted()
    {
        var (exitCode, _) = await RunAsync([], "status", "--server", Address, "--cert", _mine, "--ca", _authority.Path);
        Assert.Equal(ExitCodes.Ok, exitCode);

        // As the environment says, with the key in another file, and a stream.
        var (certificate, key) = (_folder.At("mine.crt"), _folder.At("mine.key"));
        var text = await File.ReadAllTextAsync(_mine, Cancellation);
        var end = text.IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal);
        await File.WriteAllTextAsync(certificate, text[..end], Cancellation);
        await File.WriteAllTextAsync(key, text[end..], Cancellation);
        Dictionary<string, string> variables = new()
        {
            ["ONLINECF_SERVER"] = Address,
            ["ONLINECF_CERT"] = certificate,
            ["ONLINECF_CERT_KEY"] = key,
            ["ONLINECF_CA"] = _authority.Path,
        };
        Assert.Equal(ExitCodes.Ok, (await RunAsync(variables, "import", _folder.Write("stars.csv", "1,1,5\n"))).ExitCode);

        // An option has nothing of the environment's key.
        Assert.Equal(ExitCodes.Ok, (await RunAsync(variables, "--cert", _mine, "status")).ExitCode);
    }

    [Fact]
    public async Task Without_a_certificate_of_the_servers_authority_one_line_says_what_to_do()
    {
        var stranger = _stranger.Sign("other", TestAuthority.ForClients);
        foreach (var own in (string[][])[[], ["--cert", stranger]])
        {
            var (exitCode, error) = await RunAsync([], ["status", "--server", Address, "--ca", _authority.Path, .. own]);
            Assert.Equal(ExitCodes.NoServer, exitCode);
            Assert.Contains("--cert or ONLINECF_CERT", Assert.Single(error), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_server_of_another_authority_or_name_is_not_trusted()
    {
        foreach (var (address, authority) in ((string, string[])[])[
            (Address, []), (Address, ["--ca", _stranger.Path]), (Address.Replace("localhost", "127.0.0.2", StringComparison.Ordinal), ["--ca", _authority.Path]),
        ])
        {
            var (exitCode, error) = await RunAsync([], ["status", "--server", address, "--cert", _mine, .. authority]);
            Assert.Equal(ExitCodes.NoServer, exitCode);
            Assert.Contains("--ca or ONLINECF_CA", Assert.Single(error), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Faults_of_the_files_are_one_line()
    {
        var (nothing, missing) = (_folder.Write("nothing.pem", "nobody"), _folder.At("missing.pem"));
        var other = _authority.Sign("second", TestAuthority.ForClients);
        (int ExitCode, string Text, string[] Args)[] faults =
        [
            (ExitCodes.Error, missing, ["--cert", missing]),
            (ExitCodes.Error, missing, ["--ca", missing]),
            (ExitCodes.Error, $"'{nothing}' gives no certificate with its key", ["--cert", nothing]),
            (ExitCodes.Error, $"'{_mine}' gives no certificate with its key", ["--cert", _mine, "--cert-key", other]),
            (ExitCodes.Error, $"'{_mine}' gives no certificate with its key", ["--cert", _mine, "--cert-key", nothing]),
            (ExitCodes.Error, $"'{nothing}' gives no authorities", ["--ca", nothing]),
            (ExitCodes.Usage, "is the key of no certificate", ["--cert-key", _mine]),
            (ExitCodes.Usage, "--cert is for a server that is asked by https://", ["--cert", _mine, "--server", "http://localhost:1"]),
            (ExitCodes.Usage, "--ca is for a server that is asked by https://", ["--ca", _mine, "--server", "http://localhost:1"]),
        ];
        foreach (var (exitCode, text, args) in faults)
        {
            var (answer, error) = await RunAsync(new() { ["ONLINECF_SERVER"] = Address }, ["status", .. args]);
            Assert.Equal((exitCode, string.Join(' ', args)), (answer, string.Join(' ', args)));
            Assert.Contains(text, Assert.Single(error), StringComparison.Ordinal);
        }

        Assert.Equal(ExitCodes.Usage, (await RunAsync([], "status", "--cert", " ")).ExitCode);
    }

    private async Task<(int ExitCode, string[] Error)> RunAsync(Dictionary<string, string> variables, params string[] args)
    {
        var cli = new CliRun(_folder);
        foreach (var (name, value) in variables)
        {
            cli.Variables[name] = value;
        }

        var exitCode = await cli.RunAsync(Cancellation, args);
        return (exitCode, cli.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
