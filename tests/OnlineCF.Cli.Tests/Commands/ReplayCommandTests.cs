using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_replay_runs_through_a_real_server_and_prints_its_figures()
    {
        var cli = new CliRun(_folder);
        await cli.RunAsync(
            "generate", "--users", "30", "--movies", "60", "--ratings", "600", "--out", _folder.At("world"));

        Assert.Equal(
            ExitCodes.Ok, await cli.RunAsync("replay", _folder.At("world"), "--min-new-ratings", "250", "--json"));

        Assert.Equal(600, cli.Json.GetProperty("ratings").GetInt64());
        Assert.InRange(cli.Json.GetProperty("prequential_rmse").GetDouble(), 0.4, 1.3);
        Assert.InRange(cli.Json.GetProperty("prequential_rmse_second_half").GetDouble(), 0.4, 1.3);
        Assert.InRange(cli.Json.GetProperty("hit_rate_10").GetDouble(), 0.01, 1);
        Assert.InRange(cli.Json.GetProperty("popularity_hit_rate_10").GetDouble(), 0.01, 1);
        Assert.True(cli.Json.GetProperty("ratings_per_second").GetDouble() > 0);
        Assert.InRange(cli.Json.GetProperty("models_promoted").GetInt32(), 0, 2);
        Assert.Equal(2, cli.Error.Split('\n').Count(x => x.StartsWith("Round ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tastes_that_change_halfway_are_learnt_again_and_sooner_with_a_half_life()
    {
        var cli = new CliRun(_folder);
        await cli.RunAsync(
            "generate", "--users", "300", "--movies", "60", "--ratings", "7000", "--drift-at", "0.5", "--out", _folder.At("world"));

        var (lasting, halved) = (await ByTenthAsync("0"), await ByTenthAsync("1500"));

        Assert.True(lasting[5] > lasting[4] * 1.05, string.Join(' ', lasting));
        Assert.True(halved[^1] < halved[4], string.Join(' ', halved));
        Assert.True(
            halved[7..].Sum() < lasting[7..].Sum(), $"{string.Join(' ', halved)} beside {string.Join(' ', lasting)}");

        async Task<double[]> ByTenthAsync(string halfLife)
        {
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
                "replay", _folder.At("world"), "--half-life-ratings", halfLife, "--min-new-ratings", "500", "--json"));
            return [.. cli.Json.GetProperty("rmse_by_tenth").EnumerateArray().Select(x => x.GetDouble())];
        }
    }

    [Theory]
    [InlineData("1,1,5\n1,2,4\n", "No rating in ")]
    [InlineData("1,1,5,100\n1,2,4\n", "1 of 2 ratings in ")]
    public async Task Ratings_without_times_are_refused_at_once(string text, string how)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("replay", _folder.Write("stars.csv", text)));
        Assert.StartsWith($"onlinecf replay: {how}", cli.Error, StringComparison.Ordinal);
        Assert.Contains("Give a file with a timestamp column", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_ratings_is_exit_1()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("replay", _folder.Write("empty.csv", "userId,movieId,rating\n")));
        Assert.Contains("holds no ratings", cli.Error, StringComparison.Ordinal);
    }
}
