using System.Globalization;
using System.Text;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Movies_and_ratings_of_a_folder_arrive_and_a_second_import_gives_duplicates()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 3000);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        AssertTotals(cli, accepted: 3000, duplicate: 0);
        Assert.Equal(2, cli.Json.GetProperty("movies").GetInt64());
        Assert.Equal([1024, 1024, 952], server.State.Batches.Select(x => x.Ratings.Count));
        Assert.Equal(("Toy Story", 1995), (server.State.Movies[0].Title, server.State.Movies[0].Year));
        Assert.Equal(["Adventure", "Comedy"], server.State.Movies[0].Genres);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        AssertTotals(cli, accepted: 0, duplicate: 3000);
    }

    [Fact]
    public async Task Rejected_ratings_and_bad_lines_are_told_with_their_lines_and_counted()
    {
        await using var server = await FakeServer.StartAsync();
        var path = _folder.Write("stars.csv", "user,movie,rating\n1,1,5\nbad,line,here\n1,2,0\n1,3,4\n");
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", path, "--json"));

        AssertTotals(cli, accepted: 2, duplicate: 0);
        Assert.Equal(1, cli.Json.GetProperty("rejected").GetInt64());
        Assert.Equal(1, cli.Json.GetProperty("skipped_lines").GetInt64());
        Assert.Contains("stars.csv:3: user 'bad' is not a whole number", cli.Error, StringComparison.Ordinal);
        Assert.Contains("stars.csv:4: rejected: rating 0 is not from 0.5 to 5", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Faults_are_told_in_the_order_of_lines_in_the_words_of_the_file()
    {
        await using var server = await FakeServer.StartAsync();
        var path = _folder.Write("stars.csv", "1,1,5,100\n1,2,0,100\nbad,1,1,1\n1,4,4,4102444800\nbad,2,2,2\n");
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", path));

        Assert.Equal(
            [
                "stars.csv:2: rejected: rating 0 is not from 0.5 to 5",
                "stars.csv:3: user 'bad' is not a whole number",
                "stars.csv:4: rejected: time 2100-01-01 00:00:00 UTC is more than a day ahead",
                "stars.csv:5: user 'bad' is not a whole number",
                "The rest was taken, but not what is said above.",
            ],
            cli.Error.TrimEnd().Split(Environment.NewLine));
    }

    [Fact]
    public async Task Stale_is_explained_where_there_is_some()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        await cli.RunAsync("import", _folder.Write("new.csv", "1,1,5,200\n"));
        Assert.DoesNotContain("Stale:", cli.Out, StringComparison.Ordinal);

        await cli.RunAsync("import", _folder.Write("old.csv", "1,1,4,100\n"));
        Assert.Contains("Stale: older than the rating that is known", cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("empty.csv", "", "holds neither a rating nor a movie")]
    [InlineData("header.csv", "userId,movieId,rating\n", "holds neither a rating nor a movie")]
    [InlineData("junk.csv", "some,words,only\nand,some,more\n", "junk.csv: The header must name user, movie and rating columns; it has some, words, only. Say which is which: --columns")]
    [InlineData("films.csv", "movieId,title,genres\nx,A,Drama\n", "no line of films.csv can be used. films.csv:2: not of the form movie,title,genres")]
    [InlineData("broken.zip", "\u0001\u001b[31m nothing", "broken.zip: this is no zip file, or a damaged one; fetch it again.")]
    [InlineData("half.zip", "PK\u0003\u0004 but no more", "half.zip: this is no zip file, or a damaged one; fetch it again.")]
    [InlineData("picture.csv", "a,b\0c,d", "picture.csv: This is no text file")]
    public async Task A_file_that_holds_nothing_is_an_error_that_says_so(string name, string text, string error)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", _folder.Write(name, text)));
        Assert.Equal("", cli.Out);
        Assert.Contains(error, cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_which_nothing_is_taken_is_an_error_with_its_counts()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", _folder.Write("bad.csv", "1,1,0\nx,1,5\n"), "--json"));
        Assert.Equal(1, cli.Json.GetProperty("rejected").GetInt64());
        Assert.Contains("Nothing was taken", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_file_holds_cannot_steer_the_terminal()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        await cli.RunAsync("import", _folder.Write("stars.csv", "1,1,5\n\u001b[2J,1,5\n"));
        Assert.Contains("stars.csv:2: user '\\x1B[2J' is not a whole number", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ratings_without_times_get_the_files_time_so_that_a_second_import_gives_duplicates()
    {
        await using var server = await FakeServer.StartAsync();
        var path = _folder.Write("stars.csv", "1,1,5\n1,2,4\n");
        var writtenAt = new DateTime(2025, 5, 5, 5, 5, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, writtenAt);
        var cli = new CliRun(_folder, server.Address);

        await cli.RunAsync("import", path, "--json");
        await cli.RunAsync("import", path, "--json");

        AssertTotals(cli, accepted: 0, duplicate: 2);
        Assert.All(server.State.Ratings.Values, x => Assert.Equal(writtenAt, x.RatedAt.ToDateTime()));
    }

    [Fact]
    public async Task An_interrupted_import_goes_on_where_it_stopped()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 40_000);
        var cli = new CliRun(_folder, server.Address);
        using var ctrlC = new CancellationTokenSource();
        server.State.BeforeBatch = async batch =>
        {
            if (batch == 20)
            {
                await ctrlC.CancelAsync();
            }
        };

        Assert.Equal(ExitCodes.Interrupted, await cli.RunAsync(ctrlC.Token, "import", _folder.Path, "--json"));
        Assert.Equal("", cli.Out);
        Assert.Contains("Interrupted.", cli.Error, StringComparison.Ordinal);
        var batchesBefore = server.State.Batches.Count;
        server.State.BeforeBatch = _ => Task.CompletedTask;

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        var resumedAfter = cli.Json.GetProperty("resumed_after_line").GetInt64();

        // Those that were on their way may still have been acknowledged.
        Assert.InRange(resumedAfter, 1025, ((20 + 8) * 1024) + 1);
        Assert.Equal(0, (resumedAfter - 1) % 1024);
        Assert.Equal(40_000, server.State.Ratings.Count);
        Assert.Equal(40_000, Count(cli, "accepted") + Count(cli, "duplicate"));

        // Batches of the first run that were on their way may still have arrived after it ended.
        var resent = server.State.Batches.Skip(batchesBefore).Sum(x => x.Ratings.Count);
        Assert.InRange(resent, 40_000 - resumedAfter + 1, 40_000 - resumedAfter + 1 + (8 * 1024));
        Assert.Empty(Directory.GetFiles(cli.StateFolder));
    }

    [Fact]
    public async Task From_start_ignores_the_mark()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 20_000);
        var cli = new CliRun(_folder, server.Address);
        await InterruptAsync(server, cli);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--from-start", "--json"));
        Assert.Equal(0, cli.Json.GetProperty("resumed_after_line").GetInt64());
        Assert.Equal(20_000, Count(cli, "accepted") + Count(cli, "duplicate"));
        Assert.True(Count(cli, "duplicate") > 0);
    }

    [Fact]
    public async Task A_server_that_lost_its_log_gets_everything_again()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 20_000);
        var cli = new CliRun(_folder, server.Address);
        await InterruptAsync(server, cli);
        server.State.Sequence = 0;

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        Assert.Equal(0, cli.Json.GetProperty("resumed_after_line").GetInt64());
        Assert.Contains("does not have what an earlier import sent", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_and_comes_back_loses_and_doubles_nothing()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 30_000);
        var time = new HurryingTime();
        var cli = new CliRun(_folder, server.Address) { Time = time };
        var failures = 0;
        server.State.BeforeBatch = batch => batch == 10 && failures++ < 3
            ? throw new Grpc.Core.RpcException(new Grpc.Core.Status(Grpc.Core.StatusCode.Unavailable, "the store is away"))
            : Task.CompletedTask;

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        Assert.Equal(30_000, Count(cli, "accepted") + Count(cli, "duplicate"));
        Assert.Equal(30_000, server.State.Ratings.Count);
        Assert.Equal([0.25, 0.5, 1], time.Pauses.Select(x => x.TotalSeconds));
        // What the server said, or that the connection broke where that was seen first.
        Assert.Contains("The server went away (the ", cli.Error, StringComparison.Ordinal);
        Assert.Contains("); trying again", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_import_with_how_to_go_on()
    {
        var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 30_000);
        var cli = new CliRun(_folder, server.Address) { Time = new HurryingTime() };
        server.State.BeforeBatch = batch => batch == 10 ? server.DisposeAsync().AsTask() : Task.CompletedTask;

        Assert.Equal(ExitCodes.NoServer, await cli.RunAsync("import", _folder.Path, "--json"));
        Assert.Equal("", cli.Out);
        Assert.Contains("Start it and run the same command again", cli.Error, StringComparison.Ordinal);

        var port = server.Address.Port;
        server.State.BeforeBatch = _ => Task.CompletedTask;
        await using var again = await FakeServer.StartAsync(server.State, port);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Path, "--json"));
        Assert.Equal(30_000, again.State.Ratings.Count);
        Assert.Equal(30_000, Count(cli, "accepted") + Count(cli, "duplicate"));
        Assert.True(cli.Json.GetProperty("resumed_after_line").GetInt64() > 0);
    }

    [Fact]
    public async Task A_refusal_is_not_tried_again()
    {
        await using var server = await FakeServer.StartAsync();
        WriteFolder(ratings: 10);
        server.State.Refusal = new Grpc.Core.Status(Grpc.Core.StatusCode.PermissionDenied, "writer role needed");
        var cli = new CliRun(_folder, server.Address) { Time = new HurryingTime() };

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("import", _folder.Path));
        Assert.Equal("onlinecf import: Not allowed: writer role needed." + Environment.NewLine, cli.Error);
    }

    [Fact]
    public async Task Ml_latest_small_arrives_whole_from_a_folder()
    {
        var path = SharedData.Path("ml-latest-small");
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", path, "--json"));
        AssertTotals(cli, accepted: 100_836, duplicate: 0);
        Assert.Equal(9742, cli.Json.GetProperty("movies").GetInt64());
        Assert.Equal(0, Count(cli, "skipped_lines"));

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", path, "--json"));
        AssertTotals(cli, accepted: 0, duplicate: 100_836);
    }

    private static async Task InterruptAsync(FakeServer server, CliRun cli)
    {
        using var ctrlC = new CancellationTokenSource();
        server.State.BeforeBatch = batch => batch == 12 ? ctrlC.CancelAsync() : Task.CompletedTask;
        Assert.Equal(ExitCodes.Interrupted, await cli.RunAsync(ctrlC.Token, "import", cli.DataFolder));
        Assert.Single(Directory.GetFiles(cli.StateFolder));
        server.State.BeforeBatch = _ => Task.CompletedTask;
    }

    private static void AssertTotals(CliRun cli, long accepted, long duplicate)
    {
        Assert.Equal((accepted, duplicate), (Count(cli, "accepted"), Count(cli, "duplicate")));
    }

    private static long Count(CliRun cli, string name) => cli.Json.GetProperty(name).GetInt64();

    private void WriteFolder(int ratings)
    {
        _folder.Write("movies.csv", "movieId,title,genres\n1,Toy Story (1995),Adventure|Comedy\n2,Jumanji (1995),Drama\n");
        var text = new StringBuilder("userId,movieId,rating,timestamp\n");
        for (var i = 0; i < ratings; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i / 50) + 1},{(i % 50) + 1},{1 + (i % 9 * 0.5)},{1_000_000_000 + i}\n");
        }

        _folder.Write("ratings.csv", text.ToString());
    }
}
