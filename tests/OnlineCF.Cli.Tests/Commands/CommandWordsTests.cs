using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class CommandWordsTests : IDisposable
{
    private static readonly CliEnvironment Nowhere = new() { Out = TextWriter.Null, Error = TextWriter.Null, StateFolder = "" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help rate", "rate --help")]
    [InlineData("help rat", "rat")]
    [InlineData("help keys create", "keys create --help")]
    [InlineData("--json help rate", "rate --help")]
    [InlineData("--server http://x:1 status", "status --server http://x:1")]
    [InlineData("--json --token=t --server=x:1 rate 1 2 3 --at 2026-01-31", "rate --json --token=t --server=x:1 1 2 3 --at 2026-01-31")]
    [InlineData("--token t keys list --json", "keys list --token t --json")]
    [InlineData("--token t keys", "keys --token t")]
    [InlineData("search -- help", "search -- help")]
    [InlineData("search help", "search help")]
    [InlineData("--version", "--version")]
    [InlineData("--server http://x:1", "--server http://x:1")]
    [InlineData("--server", "--server")]
    [InlineData("--srever x status", "--srever x status")]
    public void Words_are_put_in_order(string typed, string read) => Assert.Equal(
        read.Split(' '), CommandWords.InOrder(typed.Split(' '), OnlineCfCommand.Create(Nowhere)));

    [Fact]
    public async Task Options_before_the_verb_count()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("--server", server.Address.OriginalString, "--json", "rate", "1", "318", "4.5"));
        Assert.Equal("7", cli.Json.GetProperty("sequence").GetString());
        Assert.Single(server.State.Requests.OfType<RateRequest>());

        cli = new CliRun(_folder);
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("--server", "http://localhost:1", "status", "--server", "http://localhost:2"));
        Assert.Contains("--server is given 2 times", cli.Error, StringComparison.Ordinal);

        cli = new CliRun(_folder);
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("--server", "http://localhost:1", "tune"));
        Assert.Contains("There is no option '--server'", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_of_a_verb_is_that_of_its_option()
    {
        var (word, option) = (new CliRun(_folder), new CliRun(_folder));

        Assert.Equal(ExitCodes.Ok, await word.RunAsync("help", "rate"));
        Assert.Equal(ExitCodes.Ok, await option.RunAsync("rate", "--help"));
        Assert.Equal(option.Out, word.Out);

        Assert.Equal(ExitCodes.Usage, await word.RunAsync("help", "rat"));
        Assert.Contains("Did you mean 'rate'?", word.Error, StringComparison.Ordinal);
    }
}
