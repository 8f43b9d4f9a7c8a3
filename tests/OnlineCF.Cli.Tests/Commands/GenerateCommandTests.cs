using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class GenerateCommandTests : IDisposable
{
    private static readonly string[] Size = ["--users", "50", "--movies", "80", "--ratings", "2500", "--seed", "9"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_world_written_and_imported_is_the_world_sent()
    {
        await using var sent = await FakeServer.StartAsync();
        await using var imported = await FakeServer.StartAsync();
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--server", sent.Address.OriginalString, "--json"]));
        Assert.Equal(2500, cli.Json.GetProperty("accepted").GetInt64());
        Assert.Equal(80, cli.Json.GetProperty("movies").GetInt64());

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--out", _folder.At("world"), "--json"]));
        Assert.Equal(2500, cli.Json.GetProperty("ratings").GetInt64());
        Assert.Equal(
            ExitCodes.Ok, await cli.RunAsync("import", _folder.At("world"), "--server", imported.Address.OriginalString));

        Assert.Equal(sent.State.Ratings, imported.State.Ratings);
        Assert.Equal(sent.State.Movies, imported.State.Movies);
    }

    [Fact]
    public async Task A_pace_is_kept()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address) { Time = new HurryingTime() };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(
            "generate", "--users", "100", "--movies", "100", "--ratings", "1000", "--ratings-per-second", "50", "--json"));

        Assert.Equal(1000, cli.Json.GetProperty("accepted").GetInt64());
        Assert.Equal(100, server.State.Batches.Count);
        Assert.InRange(cli.Json.GetProperty("seconds").GetDouble(), 19.7, 20.1);
    }

    [Fact]
    public async Task Writing_needs_no_server_and_gives_the_same_bytes_for_the_same_seed()
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--out", _folder.At("a")]));
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--out", _folder.At("b")]));

        foreach (var name in new[] { "ratings.csv", "movies.csv" })
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(_folder.At("a"), name)), File.ReadAllBytes(Path.Combine(_folder.At("b"), name)));
        }
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_called_a_folder()
    {
        var cli = new CliRun(_folder);
        var taken = _folder.Write("taken", "a file");

        Assert.Equal(ExitCodes.Error, await cli.RunAsync(["generate", .. Size, "--out", taken]));
        Assert.Equal(
            $"onlinecf generate: The folder '{taken}' cannot be made: a file has that name. Name another one with --out."
            + Environment.NewLine,
            cli.Error);
    }
}
