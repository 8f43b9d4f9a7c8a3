using System.Text.Json;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Bench;

public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_server_that_is_named_is_only_read()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("bench", "--seconds", "0.2", "--callers", "2", "--users", "9", "--count", "3", "--json"));

        AssertMeasured(cli.Json.GetProperty("ceilings").GetProperty("empty_rpc"));
        AssertMeasured(cli.Json.GetProperty("lists"));
        Assert.InRange(cli.Json.GetProperty("lists").GetProperty("calls").GetInt64(), 1, server.State.Requests.Count);
        Assert.All(server.State.Requests, request =>
        {
            var asked = Assert.IsType<RecommendRequest>(request);
            Assert.InRange(asked.UserId, 1, 9);
            Assert.Equal(3, asked.Count);
        });
        Assert.Empty(server.State.Batches);
        Assert.Equal(JsonValueKind.Null, cli.Json.GetProperty("ratings").ValueKind);
        Assert.Equal(JsonValueKind.Null, cli.Json.GetProperty("ceilings").GetProperty("pass_ms").ValueKind);
    }

    [Fact]
    public async Task A_server_of_its_own_is_measured_whole_beside_its_ceilings_and_leaves_nothing()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
            "bench", "--seconds", "0.2", "--callers", "2", "--users", "30", "--movies", "60", "--ratings", "600",
            "--batch-size", "50", "--store", _folder.Path, "--json"));

        var ceilings = cli.Json.GetProperty("ceilings");
        Assert.True(ceilings.GetProperty("inserts_per_second").GetDouble() > 0);
        Assert.True(ceilings.GetProperty("pass_ms").GetDouble() > 0);
        AssertMeasured(ceilings.GetProperty("empty_rpc"));
        AssertMeasured(cli.Json.GetProperty("lists"));
        Assert.Equal(1, cli.Json.GetProperty("personalized_share").GetDouble());
        AssertMeasured(cli.Json.GetProperty("training").GetProperty("lists"));
        Assert.InRange(cli.Json.GetProperty("training").GetProperty("rounds").GetInt32(), 1, 1000);
        AssertMeasured(cli.Json.GetProperty("ratings"));
        AssertMeasured(cli.Json.GetProperty("mixed").GetProperty("lists"));
        Assert.True(cli.Json.GetProperty("mixed").GetProperty("ratings_per_second").GetDouble() > 0);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path, "onlinecf-*"));
    }

    [Fact]
    public async Task People_get_a_table_with_each_part_and_its_ceiling()
    {
        var cli = new CliRun(_folder) { Width = 120 };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
            "bench", "--seconds", "0.1", "--callers", "1", "--users", "30", "--movies", "60", "--ratings", "600", "--batch-size", "50"));

        foreach (var part in new[] { "empty rpc", "lists", "lists in a round", "lists beside ratings", "ratings by 50", "raw inserts" })
        {
            Assert.Contains($" {part} ", cli.Out, StringComparison.Ordinal);
        }
    }

    private static void AssertMeasured(JsonElement part)
    {
        Assert.True(part.GetProperty("per_second").GetDouble() > 0);
        var latency = part.GetProperty("latency");
        Assert.InRange(latency.GetProperty("p50_ms").GetDouble(), 0, latency.GetProperty("max_ms").GetDouble());
    }
}
