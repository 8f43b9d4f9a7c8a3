using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class ExitCodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dance")]
    [InlineData("rate", "1")]
    [InlineData("rate", "one", "318", "5")]
    [InlineData("recommend", "1", "--count", "0")]
    [InlineData("recommend", "1", "--count", "1001")]
    [InlineData("recommend", "1", "--count", "many")]
    [InlineData("rate", "1", "318", "5", "--at", "soon")]
    [InlineData("status", "--server", "ftp://somewhere")]
    [InlineData("status", "--rounds", "-1")]
    [InlineData("generate", "--users", "2", "--movies", "2", "--ratings", "5")]
    public async Task A_wrong_command_line_is_exit_2_with_one_message_and_nothing_on_stdout(params string[] args)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync(args));
        Assert.Equal("", cli.Out);
        Assert.StartsWith("onlinecf", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_address_in_the_environment_is_exit_2()
    {
        var cli = new CliRun(_folder) { Variables = { ["ONLINECF_SERVER"] = "not an address" } };

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("status"));
        Assert.Contains("ONLINECF_SERVER is 'not an address'", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("rate", "1", "318", "5")]
    [InlineData("recommend", "1")]
    [InlineData("similar", "318")]
    [InlineData("search", "toy")]
    [InlineData("train", "--watch")]
    [InlineData("models")]
    [InlineData("rollback", "3")]
    [InlineData("generate")]
    public async Task Without_a_server_one_line_says_what_why_and_what_to_do(params string[] args)
    {
        var address = $"http://127.0.0.1:{FreePort()}";
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync([.. args, "--server", address, "--json"]));
        Assert.Equal("", cli.Out);
        Assert.Equal(
            $"onlinecf {args[0]}: No server answers at {address} (connection refused). "
            + "Start one, or name its address with --server or ONLINECF_SERVER." + Environment.NewLine,
            cli.Error);
    }

    [Fact]
    public async Task An_import_does_not_wait_for_a_server_that_was_never_there()
    {
        var time = new HurryingTime();
        var cli = new CliRun(_folder, new Uri($"http://127.0.0.1:{FreePort()}")) { Time = time };

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("import", _folder.Write("stars.csv", "1,1,5\n")));
        Assert.Empty(time.Pauses);
        Assert.Contains("No server answers at", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_host_is_exit_3()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("status", "--server", "http://nobody.invalid:5081"));
        Assert.StartsWith("onlinecf status: No server answers at http://nobody.invalid:5081 (", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_speaks_no_gRPC_is_exit_3_with_a_hint()
    {
        await using var server = await FakeServer.StartHttp1Async();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("status"));
        Assert.Contains("does not speak gRPC", cli.Error, StringComparison.Ordinal);

        // Nor does one that is asked by https speak TLS.
        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("status", "--server", $"https://127.0.0.1:{server.Address.Port}"));
        Assert.Contains("TLS with https://127.0.0.1", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "There is no movie 5.", "There is no movie 5.")]
    [InlineData(StatusCode.InvalidArgument, "value must be from 0.5 to 5", "value must be from 0.5 to 5.")]
    [InlineData(StatusCode.Unavailable, "the store is away", "The server cannot do it now: the store is away. Try again later.")]
    [InlineData(StatusCode.Unauthenticated, "no token", "The server wants to know who you are: no token. Give a token with --token or ONLINECF_TOKEN.")]
    [InlineData(StatusCode.PermissionDenied, "needs admin", "Not allowed: needs admin.")]
    [InlineData(StatusCode.Internal, "boom", "The server failed (Internal): boom.")]
    [InlineData(StatusCode.DeadlineExceeded, "", "took too long to answer")]
    public async Task An_error_of_the_server_is_exit_1_and_one_line(StatusCode code, string detail, string text)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Refusal = new Status(code, detail);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("similar", "5", "--json"));
        Assert.Equal("", cli.Out);
        Assert.Contains(text, cli.Error, StringComparison.Ordinal);
        Assert.Single(cli.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_missing_file_is_exit_1()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", _folder.At("nothing.zip")));
        Assert.Contains("There is no file or folder", cli.Error, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
