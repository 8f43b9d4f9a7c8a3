using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class UsageTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("There is no verb 'trian'. Did you mean 'train'?", "trian")]
    [InlineData("There is no verb 'recomend'. Did you mean 'recommend'?", "recomend", "1", "--count", "3")]
    [InlineData("There is no verb 'dance'.", "dance")]
    [InlineData("There is no option '--hepl'. Did you mean '--help'?", "--hepl")]
    [InlineData("There is no option '--wach'. Did you mean '--watch'?", "train", "--wach")]
    [InlineData("There is no option '--jsn'. Did you mean '--json'?", "import", "--jsn")]
    [InlineData("There is no option '--jsn'. Did you mean '--json'?", "import", "ml.zip", "--jsn")]
    [InlineData("There is no option '--dev'. Did you mean '--device'?", "evaluate", "--train", "a", "--test", "b", "--dev", "cpu")]
    public async Task A_mistyped_word_is_answered_by_the_nearest_one(string text, params string[] args) =>
        await AssertSaysAsync(text, args);

    [Theory]
    [InlineData("No verb is given.", "--")]
    [InlineData("There is no verb '@words'.", "@words")]
    [InlineData("USER must be a whole number, not '@words'.", "recommend", "@words")]
    [InlineData("VALUE is missing.", "rate", "1", "315")]
    [InlineData("MOVIE and VALUE are missing.", "rate", "1")]
    [InlineData("--train and --test are missing.", "evaluate")]
    [InlineData("--data needs a value: --data FILE.", "tune", "--data")]
    [InlineData("'5' is one argument too many.", "rate", "1", "2", "3", "5")]
    [InlineData("--count is given 2 times; give it once.", "recommend", "1", "-n", "3", "--count", "4")]
    public async Task What_is_missing_or_too_many_is_named(string text, params string[] args) =>
        await AssertSaysAsync(text, args);

    [Theory]
    [InlineData("VALUE must be a number, not 'c'.", "rate", "1", "2", "c")]
    [InlineData("VALUE must be a number, not 'NaN'.", "rate", "1", "2", "NaN")]
    [InlineData("VALUE must be a number, not '0,5'.", "rate", "1", "2", "0,5")]
    [InlineData("USER must be a whole number, not '1,000'.", "recommend", "1,000")]
    [InlineData("--learning-rate must be a number, not '0,001'.", "evaluate", "--train", "a", "--test", "b", "--learning-rate", "0,001")]
    [InlineData("--at must be a time such as 2026-01-31T20:15:00Z, not '1.5'.", "rate", "1", "2", "3", "--at", "1.5")]
    [InlineData("--at must be a time such as 2026-01-31T20:15:00Z, not '12:45'.", "rate", "1", "2", "3", "--at", "12:45")]
    [InlineData("VALUE must be from 0.5 to 5, not 9.", "rate", "1", "2", "9")]
    [InlineData("USER must be at least 1, not -1.", "rate", "-1", "2", "3")]
    [InlineData("--device must be auto, cpu or cuda, not 'gpu'.", "tune", "--data", "a", "--device", "gpu")]
    [InlineData("--by must be rmse or ndcg, not 'mae'.", "tune", "--data", "a", "--by", "mae")]
    [InlineData("--drift-at must be from 0 to 1, not 3.", "generate", "--drift-at", "3")]
    [InlineData("--users must be from 1 to 100,000,000, not 99999999999999.", "generate", "--users", "99999999999999")]
    [InlineData("--seed must be a whole number, not '1.5'.", "generate", "--seed", "1.5")]
    [InlineData("--at must be a time such as 2026-01-31T20:15:00Z, not 'nonsense'.", "rate", "1", "2", "3", "--at", "nonsense")]
    [InlineData("--at must be at most a day ahead of now, not 9999-01-01.", "rate", "1", "2", "3", "--at", "9999-01-01")]
    [InlineData("--year-from 2000 is after --year-to 1990.", "recommend", "1", "--year-from", "2000", "--year-to", "1990")]
    [InlineData("--year-to must be a year up to 3000, not 'x'.", "similar", "1", "--year-to", "x", "--year-from", "2000")]
    [InlineData("--exclude must be a whole number, not 'x'.", "recommend", "1", "--exclude", "4", "x")]
    [InlineData("TEXT is empty: give a word of the title.", "search", " ")]
    [InlineData("--server must be the address of a server, such as http://localhost:5081, not 'ftp://a'.", "status", "--server", "ftp://a")]
    public async Task A_wrong_value_is_told_with_the_name_that_was_typed_before_any_server_is_asked(string text, params string[] args) =>
        await AssertSaysAsync(text, args);

    [Fact]
    public async Task Behind_two_dashes_a_word_is_no_option()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("search", "--", "--jsn"));
    }

    [Fact]
    public async Task Control_characters_of_the_command_line_do_not_reach_the_terminal()
    {
        var cli = new CliRun(_folder);

        await cli.RunAsync("\u001b[31mred");
        Assert.StartsWith("onlinecf: There is no verb '\\x1B[31mred'.", cli.Error, StringComparison.Ordinal);
    }

    private async Task AssertSaysAsync(string text, string[] args)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync(args));
        Assert.Equal("", cli.Out);
        var verb = OnlineCfVerbs.Contains(args[0]) ? $"onlinecf {args[0]}" : "onlinecf";
        Assert.Equal([$"onlinecf: {text}", $"'{verb} --help' shows how."], cli.Error.TrimEnd().Split(Environment.NewLine));
    }

    private static readonly HashSet<string> OnlineCfVerbs =
        [.. HelpTests.Verbs.Select(x => (string)x.Data)];
}
