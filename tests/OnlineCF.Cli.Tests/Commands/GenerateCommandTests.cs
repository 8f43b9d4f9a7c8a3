using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

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
    public async Task The_same_world_again_changes_nothing_and_is_no_fault()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        await cli.RunAsync(["generate", .. Size]);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--json"]));
        Assert.Equal(2500, cli.Json.GetProperty("duplicate").GetInt64());
    }

    [Fact]
    public async Task A_world_that_got_as_far_as_some_of_its_movies_is_sent_again()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        await cli.RunAsync(["generate", .. Size]);
        server.State.Movies.RemoveAll(x => x.MovieId > 40);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size]));
    }

    [Fact]
    public async Task Other_movies_are_not_overwritten_unless_forced()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 1, Title = "Toy Story", Year = 1995 });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync(["generate", .. Size]));
        Assert.Contains("has other movies (movie 1 is 'Toy Story' (1995) there", cli.Error, StringComparison.Ordinal);
        Assert.Contains("--force to do it all the same", cli.Error, StringComparison.Ordinal);
        Assert.Single(server.State.Movies);
        Assert.Empty(server.State.Batches);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(["generate", .. Size, "--force"]));
        Assert.Equal(2500, server.State.Ratings.Count);
    }

    [Fact]
    public async Task A_world_of_another_seed_is_another_world()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        await cli.RunAsync(["generate", .. Size]);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync(["generate", .. Size[..^1], "10"]));
    }

    [Fact]
    public async Task Ratings_without_a_catalogue_are_not_mixed_with_made_up_ones()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        await cli.RunAsync("import", _folder.Write("stars.csv", "1,1,5\n"));

        Assert.Equal(ExitCodes.Error, await cli.RunAsync(["generate", .. Size]));
        Assert.Contains("has ratings of something else", cli.Error, StringComparison.Ordinal);
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
