using System.CommandLine;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Verbs =>
        [.. OnlineCfCommand.Create(Nowhere).Subcommands.SelectMany(x => x is Verb ? [x.Name] : x.Subcommands.Select(verb => $"{x.Name} {verb.Name}"))];

    private static CliEnvironment Nowhere => new() { Out = TextWriter.Null, Error = TextWriter.Null, StateFolder = "" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_verbs_are_those_promised()
    {
        Assert.Equal(
            [
                "import", "generate", "rate", "ratings", "delete", "erase", "recommend", "similar", "search", "hide", "train",
                "cancel", "models", "rollback", "status", "bench", "evaluate", "replay", "tune", "demo", "export", "restore", "backup", "keys",
                "completion",
            ],
            OnlineCfCommand.Create(Nowhere).Subcommands.Select(x => x.Name));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_has_examples_that_parse_the_json_option_and_the_exit_codes(string verb)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync([.. verb.Split(' '), "--help"]));

        Assert.Contains("--json", cli.Out, StringComparison.Ordinal);
        Assert.Contains("130  stopped by Ctrl-C", cli.Out, StringComparison.Ordinal);
        var root = OnlineCfCommand.Create(Nowhere);
        var examples = cli.Out[cli.Out.IndexOf("Examples:", StringComparison.Ordinal)..]
            .Split('\n').Select(x => x.Trim()).Where(x => x.StartsWith("onlinecf ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        Assert.Contains(examples, x => x.Contains("--json", StringComparison.Ordinal));
        Assert.All(examples, example =>
        {
            Assert.StartsWith($"onlinecf {verb}", example, StringComparison.Ordinal);
            Assert.Empty(root.Parse(example["onlinecf ".Length..]).Errors);
        });
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Only_a_verb_that_talks_to_a_server_may_find_none(string verb)
    {
        var cli = new CliRun(_folder);

        await cli.RunAsync([.. verb.Split(' '), "--help"]);

        Assert.Equal(
            cli.Out.Contains("--server", StringComparison.Ordinal),
            cli.Out.Contains("3    no server answers", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("demo", "Where the page is, 0 to 65,535; 0 takes a free port [default: 5080]")]
    [InlineData("generate", "Send no faster than this, 0 to 1,000,000; 0 sends as fast as the server takes them [default: 0]")]
    [InlineData("generate", "How many movies, 1 to 10,000,000 [default: 1000]")]
    [InlineData("recommend", "--explain false leaves them out [default: true]")]
    public async Task A_range_stands_before_what_its_ends_mean_and_defaults_look_alike(string verb, string text)
    {
        var cli = new CliRun(_folder);

        await cli.RunAsync([.. verb.Split(' '), "--help"]);

        Assert.Contains(text, cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_verb_the_help_is_on_stderr_and_the_exit_code_is_2()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync());
        Assert.Equal("", cli.Out);
        Assert.Contains("onlinecf recommend 1 --explain", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_roots_help_shows_the_first_steps()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("--help"));
        Assert.Contains("onlinecf recommend 1 --explain", cli.Out, StringComparison.Ordinal);
    }
}
