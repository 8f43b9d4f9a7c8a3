using System.Globalization;
using System.Text;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class SeveralSilosTests : IDisposable
{
    private const string Nobody = "http://127.0.0.1:1";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--server")]
    [InlineData("ONLINECF_SERVER")]
    public async Task A_silo_that_is_not_there_is_passed_over(string how)
    {
        await using var server = await FakeServer.StartAsync();
        var addresses = $"{Nobody}, {server.Address.Authority}";
        var cli = new CliRun(_folder) { Variables = { ["ONLINECF_SERVER"] = how == "--server" ? Nobody : addresses } };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["rate", "1", "318", "5", .. how == "--server" ? ["--server", addresses] : Array.Empty<string>()]));
        Assert.Single(server.State.Requests);
    }

    [Fact]
    public async Task Where_none_is_there_all_are_named()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("status", "--server", $"{Nobody},http://127.0.0.1:2"));
        Assert.Contains($"No server answers at {Nobody},http://127.0.0.1:2 (connection refused)", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_goes_on_at_the_other_silo_when_one_dies()
    {
        await using var a = await FakeServer.StartAsync();
        await using var b = await FakeServer.StartAsync();
        var deaths = 0;
        foreach (var server in new[] { a, b })
        {
            server.State.BeforeBatch = batch => batch == 10 && Interlocked.Increment(ref deaths) == 1
                ? server.DisposeAsync().AsTask() : Task.CompletedTask;
        }

        var time = new HurryingTime();
        var cli = new CliRun(_folder) { Time = time };
        var exit = await cli.RunAsync("import", Stars(30_000), "--server", $"{a.Address},{b.Address}", "--json");

        Assert.Equal((ExitCodes.Ok, ""), (exit, exit == ExitCodes.Ok ? "" : cli.Error));
        Assert.Equal(30_000, cli.Json.GetProperty("accepted").GetInt64() + cli.Json.GetProperty("duplicate").GetInt64());
        Assert.Equal(30_000, a.State.Ratings.Keys.Union(b.State.Ratings.Keys).Count());
        Assert.Contains("The server went away (", cli.Error, StringComparison.Ordinal);
        Assert.Equal([0.25], time.Pauses.Select(x => x.TotalSeconds));
    }

    [Fact]
    public async Task The_token_goes_with_every_call_and_with_streams()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address) { Variables = { ["ONLINECF_TOKEN"] = "ocf_variable\n" } };
        await cli.RunAsync("status");
        await cli.RunAsync("import", Stars(10), "--token", "ocf_option");

        Assert.Equal("Bearer ocf_variable", server.State.AuthorizationHeaders[0]);
        Assert.All(server.State.AuthorizationHeaders.Skip(1), x => Assert.Equal("Bearer ocf_option", x));
        Assert.True(server.State.AuthorizationHeaders.Count > 1);
    }

    [Fact]
    public async Task A_token_that_cannot_be_sent_is_exit_2()
    {
        var cli = new CliRun(_folder);
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("status", "--token", "two words"));
        Assert.Contains("--token must be ASCII characters without spaces.", cli.Error, StringComparison.Ordinal);

        cli.Variables["ONLINECF_TOKEN"] = "two words";
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("status"));
        Assert.Contains("ONLINECF_TOKEN must be ASCII characters without spaces.", cli.Error, StringComparison.Ordinal);
    }

    private string Stars(int ratings)
    {
        var text = new StringBuilder();
        for (var i = 0; i < ratings; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i / 50) + 1},{(i % 50) + 1},{1 + (i % 9 * 0.5)},{1_000_000_000 + i}\n");
        }

        return _folder.Write("stars.csv", text.ToString());
    }
}
