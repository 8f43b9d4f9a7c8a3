using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lists_are_asked_of_the_server_and_nothing_is_sent_to_it()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("bench", "--seconds", "1", "--callers", "2", "--users", "9", "--count", "3", "--json"));

        var lists = cli.Json.GetProperty("lists");
        Assert.Equal(server.State.Requests.Count, lists.GetProperty("calls").GetInt64());
        Assert.All(server.State.Requests, request =>
        {
            var asked = Assert.IsType<RecommendRequest>(request);
            Assert.InRange(asked.UserId, 1, 9);
            Assert.Equal(3, asked.Count);
        });
        Assert.True(lists.GetProperty("per_second").GetDouble() > 0);
        Assert.InRange(lists.GetProperty("latency").GetProperty("p50_ms").GetDouble(), 0, lists.GetProperty("latency").GetProperty("max_ms").GetDouble());
    }

    [Fact]
    public async Task Ratings_are_streamed_into_a_server_of_its_own()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("bench", "--seconds", "1", "--callers", "2", "--users", "20", "--batch-size", "50", "--rate"));

        Assert.Contains("ratings, a batch", cli.Out, StringComparison.Ordinal);
        Assert.All(server.State.Requests, request => Assert.IsType<RecommendRequest>(request));
    }
}
