using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Ended; its ratings are thrown away.", "demo", "--http-port", "0", "--grpc-port", "0")]
    [InlineData("Interrupted.", "status")]
    public async Task Ctrl_C_is_answered_once_and_in_one_line(string text, params string[] args)
    {
        using var ctrlC = new CancellationTokenSource();
        await ctrlC.CancelAsync();
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Interrupted, await cli.RunAsync(ctrlC.Token, args));
        Assert.Equal("", cli.Out);
        Assert.Single(cli.Error.TrimEnd().Split(Environment.NewLine), x => x == text);
    }

    [Fact]
    public async Task A_replay_says_that_it_is_interrupted_before_its_server_has_ended()
    {
        var cli = new CliRun(_folder);
        await cli.RunAsync("generate", "--users", "30", "--movies", "60", "--ratings", "600", "--out", _folder.At("world"));
        using var ctrlC = new CancellationTokenSource();
        using var watched = new Trigger("Round 1 ", () => ctrlC.Cancel());

        Assert.Equal(ExitCodes.Interrupted, await OnlineCfCommand.RunAsync(
            ["replay", _folder.At("world"), "--min-new-ratings", "50"],
            new CliEnvironment { Out = TextWriter.Null, Error = watched, StateFolder = cli.StateFolder },
            ctrlC.Token));
        Assert.Single(watched.ToString().TrimEnd().Split(Environment.NewLine), x => x == "Interrupted.");
    }

    [Fact]
    public async Task A_search_that_is_stopped_before_its_first_fold_says_that_nothing_is_kept()
    {
        var cli = new CliRun(_folder);
        await cli.RunAsync("generate", "--users", "30", "--movies", "60", "--ratings", "600", "--out", _folder.At("world"));
        using var ctrlC = new CancellationTokenSource();
        using var watched = new Trigger("measuring a few steps first", () => ctrlC.Cancel());

        Assert.Equal(ExitCodes.Interrupted, await OnlineCfCommand.RunAsync(
            ["tune", "--data", _folder.At("world"), "--output", _folder.At("out"), "--device", "cpu"],
            new CliEnvironment { Out = TextWriter.Null, Error = watched, StateFolder = cli.StateFolder },
            ctrlC.Token));
        Assert.Contains("No fold was done yet, so nothing is kept.", watched.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Keeps what is written, and acts when a line with a text comes.</summary>
    private sealed class Trigger(string text, Action act) : StringWriter
    {
        private readonly Lock _gate = new();

        public override void WriteLine(string? value)
        {
            lock (_gate)
            {
                base.WriteLine(value);
            }

            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                act();
            }
        }
    }
}
