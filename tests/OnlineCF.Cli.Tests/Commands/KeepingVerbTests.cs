using System.Diagnostics;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Commands;

/// <summary>Verbs that look after what is kept, and the one that helps typing them.</summary>
public sealed class KeepingVerbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ratings_lists_all_of_them_however_many_pages_they_are()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Take(new StreamRatingsRequest
        {
            Ratings =
            {
                Enumerable.Range(1, 2345).Select(movie => new Rating
                {
                    UserId = 1, MovieId = movie, Value = 4.5f, RatedAt = Timestamp.FromDateTime(new DateTime(2026, 1, 31, 20, 15, 0, DateTimeKind.Utc)),
                }),
            },
        });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("ratings", "1", "--json"));
        Assert.Equal(2345, cli.Json.GetProperty("ratings").GetArrayLength());

        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("ratings", "1"));
        Assert.Contains("2026-01-31 20:15", cli.Out, StringComparison.Ordinal);
        Assert.Contains("2,345 ratings, 4.50 stars on average.", cli.Out, StringComparison.Ordinal);

        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("ratings", "2"));
        Assert.Contains("User 2 has no ratings.", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_takes_one_rating_away()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("delete", "1", "318"));
        Assert.Contains("(sequence 8)", cli.Out, StringComparison.Ordinal);
        Assert.Equal(new DeleteRatingRequest { UserId = 1, MovieId = 318 }, Assert.Single(server.State.Requests));
    }

    [Fact]
    public async Task Erase_is_done_only_with_yes()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("erase", "7"));
        Assert.Contains("add --yes", cli.Error, StringComparison.Ordinal);
        Assert.Empty(server.State.Requests);

        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("erase", "7", "--yes"));
        Assert.Contains("Erased: 3 ratings of user 7.", cli.Out, StringComparison.Ordinal);
        Assert.Equal(new EraseUserRequest { UserId = 7 }, Assert.Single(server.State.Requests));
    }

    [Fact]
    public async Task Backup_copies_a_folder_of_which_a_server_goes_on()
    {
        var (data, copy) = (_folder.At("data"), _folder.At("copy"));
        var cli = new CliRun(_folder);
        Assert.Equal(ExitCodes.Error, await cli.RunAsync("backup", copy, "--data", data));
        Assert.Contains("There is no embedded store in", cli.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("backup", " ", "--data", data));
        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("backup"));

        string[] settings = ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"];
        var rated = new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4.5f } };
        await using (var server = await OnlineCF.Server.ServerHost.StartAsync([.. settings, $"--Storage:Path={data}"], TestContext.Current.CancellationToken))
        {
            using var connection = new ServerConnection(server.GrpcAddress, token: null);
            await connection.Ratings.RateAsync(rated, cancellationToken: TestContext.Current.CancellationToken);

            cli = new CliRun(_folder);
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync("backup", copy, "--data", data, "--json"));
            Assert.Equal(1, cli.Json.GetProperty("sequence").GetInt64());
            Assert.Equal(copy, cli.Json.GetProperty("folder").GetString());

            cli = new CliRun(_folder);
            Assert.Equal(ExitCodes.Error, await cli.RunAsync("backup", copy, "--data", data));
            Assert.Contains("not an empty folder", cli.Error, StringComparison.Ordinal);
        }

        await using (var server = await OnlineCF.Server.ServerHost.StartAsync([.. settings, $"--Storage:Path={copy}"], TestContext.Current.CancellationToken))
        {
            cli = new CliRun(_folder, server.GrpcAddress);
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync("ratings", "1", "--json"));
            Assert.Equal(4.5, cli.Json.GetProperty("ratings")[0].GetProperty("value").GetDouble());
        }
    }

    [Fact]
    public async Task Export_and_restore_carry_a_store_from_a_server_to_a_folder()
    {
        var (data, copy, archive) = (_folder.At("data"), _folder.At("copy"), _folder.At("store.zip"));
        string[] settings = ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"];
        await using (var server = await OnlineCF.Server.ServerHost.StartAsync([.. settings, $"--Storage:Path={data}"], TestContext.Current.CancellationToken))
        {
            using var connection = new ServerConnection(server.GrpcAddress, token: null);
            await connection.Ratings.RateAsync(
                new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4.5f } }, cancellationToken: TestContext.Current.CancellationToken);
            var from = new CliRun(_folder, server.GrpcAddress);
            Assert.Equal(ExitCodes.Ok, await from.RunAsync("export", archive, "--json"));
            Assert.Equal((1, 1), (from.Json.GetProperty("sequence").GetInt64(), from.Json.GetProperty("ratings").GetInt64()));

            // Written over nothing, out of no store that is in use, and without a model no factors.
            Assert.Equal(ExitCodes.Error, await new CliRun(_folder, server.GrpcAddress).RunAsync("export", archive));
            Assert.Equal(ExitCodes.Error, await new CliRun(_folder, server.GrpcAddress).RunAsync("export", _folder.At("factors.zip"), "--factors"));
            var used = new CliRun(_folder);
            Assert.Equal(ExitCodes.Error, await used.RunAsync("export", _folder.At("other.zip"), "--data", data));
            Assert.Contains("--server", used.Error, StringComparison.Ordinal);

            // A server with something in it takes none.
            var full = new CliRun(_folder, server.GrpcAddress);
            Assert.Equal(ExitCodes.Error, await full.RunAsync("restore", archive));
        }

        var to = new CliRun(_folder);
        Assert.Equal(ExitCodes.Ok, await to.RunAsync("restore", archive, "--data", copy, "--json"));
        Assert.Equal(1, to.Json.GetProperty("ratings").GetInt64());
        var again = new CliRun(_folder);
        Assert.Equal(ExitCodes.Error, await again.RunAsync("restore", archive, "--data", copy));
        Assert.Contains("empty store", again.Error, StringComparison.Ordinal);

        await using (var server = await OnlineCF.Server.ServerHost.StartAsync([.. settings, $"--Storage:Path={copy}"], TestContext.Current.CancellationToken))
        {
            var cli = new CliRun(_folder, server.GrpcAddress);
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync("ratings", "1", "--json"));
            Assert.Equal(4.5, cli.Json.GetProperty("ratings")[0].GetProperty("value").GetDouble());
        }
    }

    [Theory]
    [InlineData(ExitCodes.Error, "There is no embedded store in", "export", "out.zip", "--data", "nothing")]
    [InlineData(ExitCodes.Usage, "name one", "export", "out.zip", "--ratings-only", "--factors")]
    [InlineData(ExitCodes.Usage, "name one", "export", "out.zip", "--data", "a", "--connection", "Host=b")]
    [InlineData(ExitCodes.Usage, "name one", "restore", "in.zip", "--data", "a", "--server", "http://localhost:5081")]
    [InlineData(ExitCodes.Usage, "wants the name of a file", "export", " ")]
    [InlineData(ExitCodes.Error, "There is no file 'in.zip'", "restore", "in.zip")]
    public async Task What_cannot_be_exported_or_restored_is_said(int exitCode, string reason, params string[] args)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(exitCode, await cli.RunAsync(args));
        Assert.Contains(reason, cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Hide_says_nothing_else_of_the_movie(bool hidden)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 6, Title = "Heat", Year = 1995 });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(hidden ? ["hide", "6"] : ["hide", "6", "--undo"]));
        Assert.Contains("Heat", cli.Out, StringComparison.Ordinal);
        Assert.Equal(
            new UpsertMoviesRequest { Movies = { new Movie { MovieId = 6, Hidden = hidden } }, UpdateMask = FieldMask.FromString("hidden") },
            Assert.Single(server.State.Requests));
    }

    [Fact]
    public async Task Hide_of_a_movie_that_nobody_knows_makes_none()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("hide", "6"));
        Assert.Contains("There is no movie 6.", cli.Error, StringComparison.Ordinal);
        Assert.Empty(server.State.Requests);
    }

    [Fact]
    public async Task Cancel_names_the_round_and_says_so_when_there_is_none()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Error, await cli.RunAsync("cancel"));
        Assert.Contains("no round is running", cli.Error, StringComparison.Ordinal);

        server.State.Training = new GetTrainingResponse { State = TrainingState.Running };
        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("cancel"));
        Assert.Contains("Round 1 is cancelled.", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_made_listed_and_revoked_and_the_key_alone_is_on_stdout()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("keys", "create", "--role", "writer", "--expires", "90d"));
        Assert.Equal("ocf_0123456789abcdef_secret" + Environment.NewLine, cli.Out);
        Assert.Contains("Key 0123456789abcdef, writer, good until", cli.Error, StringComparison.Ordinal);
        Assert.True(server.State.Requests.TryDequeue(out var request));
        var made = Assert.IsType<CreateKeyRequest>(request);
        Assert.Equal(Role.Writer, made.Role);
        Assert.Equal(90, (made.ExpiresAt.ToDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalDays, 1);

        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("keys", "list"));
        Assert.Contains("0123456789abcdef", cli.Out, StringComparison.Ordinal);
        Assert.Contains("good for ever", cli.Out, StringComparison.Ordinal);

        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("keys", "revoke", "0123456789abcdef"));
        Assert.Equal(new RevokeKeyRequest { KeyId = "0123456789abcdef" }, Assert.Single(server.State.Requests));
    }

    [Theory]
    [InlineData("0d")]
    [InlineData("90")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("1w")]
    public async Task Bad_time_of_a_key_is_named(string time)
    {
        var cli = new CliRun(_folder);

        Assert.Equal(ExitCodes.Usage, await cli.RunAsync("keys", "create", "--role", "reader", "--expires=" + time));
        Assert.Contains("--expires must be", cli.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("onlinecf ra", "rate", "ratings")]
    [InlineData("onlinecf recommend 1 --inc", "--include-rated")]
    public async Task Words_that_may_follow_are_suggested(string line, params string[] words)
    {
        var cli = new CliRun(_folder, server: null);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync($"[suggest:{line.Length}]", line));
        var suggested = cli.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(words, suggested.Take(words.Length));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_prints_a_script_that_asks_for_them(string shell)
    {
        var cli = new CliRun(_folder, server: null);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("completion", shell));
        Assert.Contains("onlinecf \"[suggest:", cli.Out, StringComparison.Ordinal);
        Assert.Contains(" onlinecf", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Script_for_bash_completes_in_bash()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "There is no bash.");
        var cli = new CliRun(_folder, server: null);
        await cli.RunAsync("completion", "bash");
        var script = Path.Combine(_folder.Path, "completion.bash");
        await File.WriteAllTextAsync(script, cli.Out, TestContext.Current.CancellationToken);

        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(
            $"onlinecf() {{ printf 'rate\\nratings\\nreplay\\n'; }}; source '{script}'; COMP_LINE='onlinecf ra'; COMP_POINT=11; "
            + "COMP_WORDS=(onlinecf ra); COMP_CWORD=1; _onlinecf; printf '%s ' \"${COMPREPLY[@]}\"; complete -p onlinecf");
        using var bash = Process.Start(start)!;
        var said = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("rate ratings ", said, StringComparison.Ordinal);
        Assert.Contains("_onlinecf onlinecf", said, StringComparison.Ordinal);
    }
}
