using System.CommandLine;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class HelpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Verbs =>
        [.. OnlineCfCommand.Create(Nowhere).Subcommands.Select(x => x.Name)];

    private static CliEnvironment Nowhere => new() { Out = TextWriter.Null, Error = TextWriter.Null, StateFolder = "" };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_verbs_are_those_promised()
    {
        Assert.Equal(
            [
                "import", "generate", "rate", "recommend", "similar", "search", "train", "models", "rollback", "status",
                "bench", "evaluate", "replay", "tune", "demo",
            ],
            OnlineCfCommand.Create(Nowhere).Subcommands.Select(x => x.Name));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_has_examples_that_parse_the_json_option_and_the_exit_codes(string verb)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(verb, "--help"));

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

    [Fact]
    public async Task The_roots_help_shows_the_first_steps()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("--help"));
        Assert.Contains("onlinecf recommend 1 --explain", cli.Out, StringComparison.Ordinal);
    }
}
