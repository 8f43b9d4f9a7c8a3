using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_starts_a_round_and_names_it()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.NextRound = 5;
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--full"));
        Assert.Equal("Round 5 has started." + Environment.NewLine, cli.Out);
        Assert.True(Assert.IsType<StartTrainingRequest>(Assert.Single(server.State.Requests)).FullRetrain);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--json"));
        Assert.Equal("5", cli.Json.GetProperty("roundId").GetString());
    }

    [Fact]
    public async Task Watch_shows_the_epochs_of_its_round_alone_and_the_outcome()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.NextRound = 5;
        AddRound(server, 4, RoundOutcome.Failed);
        AddRound(server, 5, RoundOutcome.Promoted);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--watch"));

        var lines = cli.Out.TrimEnd().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.Equal(["1/2", "0.5000", "0.9000", "0.2500", "12,345"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("Round 5 promoted as version 8: because", lines[3]);
    }

    [Fact]
    public async Task Watch_as_json_is_one_document_with_epochs_and_round()
    {
        await using var server = await FakeServer.StartAsync();
        AddRound(server, 1, RoundOutcome.Rejected);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--watch", "--json"));
        Assert.Equal(2, cli.Json.GetProperty("epochs").GetArrayLength());
        Assert.Equal("REJECTED", cli.Json.GetProperty("round").GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData(RoundOutcome.Failed)]
    [InlineData(RoundOutcome.Cancelled)]
    public async Task A_round_that_came_to_nothing_is_exit_1(RoundOutcome outcome)
    {
        await using var server = await FakeServer.StartAsync();
        AddRound(server, 1, outcome);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("train", "--watch"));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("train", "--watch")]
    public async Task A_running_round_that_learns_every_rating_is_waited_for_and_is_enough(params string[] args)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Training = new GetTrainingResponse { State = TrainingState.Running, RoundId = 6 };
        AddRound(server, 6, RoundOutcome.Promoted);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(args));

        Assert.Contains("Round 6 is running already; another one, if ratings are left, starts when it ends.", cli.Error, StringComparison.Ordinal);
        Assert.Contains("Round 6 promoted", cli.Out, StringComparison.Ordinal);
        Assert.Contains("no other one was started", cli.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, "train")]
    [InlineData(0, "train", "--full")]
    public async Task Another_round_starts_when_the_running_one_ends_where_ratings_are_left_or_all_are_to_be_learnt(int pending, params string[] args)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.NextRound = 7;
        server.State.Training = new GetTrainingResponse { State = TrainingState.Running, RoundId = 6, PendingRatings = pending };
        AddRound(server, 6, RoundOutcome.Promoted);
        server.State.RoundEnds = () => server.State.Training = new GetTrainingResponse { PendingRatings = pending };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync(args));

        Assert.Equal("Round 7 has started." + Environment.NewLine, cli.Out);
        Assert.Contains("Round 6 promoted", cli.Error, StringComparison.Ordinal);
        Assert.Equal(args.Length > 1, Assert.IsType<StartTrainingRequest>(server.State.Requests.Last(x => x is StartTrainingRequest)).FullRetrain);
    }

    [Fact]
    public async Task What_becomes_of_the_running_round_is_said_by_the_exit_code_too()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Training = new GetTrainingResponse { State = TrainingState.Running, RoundId = 6 };
        AddRound(server, 6, RoundOutcome.Failed);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("train", "--json"));
        Assert.Equal("FAILED", cli.Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Watch_shows_a_dash_where_there_is_no_hold_out_to_measure_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Events.Add(new TrainingEvent { RoundId = 1, Epoch = 1, Epochs = 1, TrainLoss = 0.5 });
        server.State.Events.Add(new TrainingEvent { RoundId = 1, Finished = new TrainingRound { Outcome = RoundOutcome.Promoted } });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--watch"));
        Assert.Equal(
            ["1/1", "0.5000", "–", "–", "0"],
            cli.Out.Split(Environment.NewLine)[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_round_that_ended_before_the_watch_began_is_found_among_the_past_ones()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.NextRound = 2;
        server.State.Training = new GetTrainingResponse
        {
            Rounds = { new TrainingRound { RoundId = 2, Outcome = RoundOutcome.Promoted, Version = 8, Reason = "because" } },
        };
        AddRound(server, 3, RoundOutcome.Failed);
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("train", "--watch"));
        Assert.Contains("Round 2 promoted as version 8", cli.Out, StringComparison.Ordinal);
    }

    private static void AddRound(FakeServer server, long roundId, RoundOutcome outcome)
    {
        for (var epoch = 1; epoch <= 2; epoch++)
        {
            server.State.Events.Add(new TrainingEvent
            {
                RoundId = roundId,
                Epoch = epoch,
                Epochs = 2,
                TrainLoss = 0.5,
                ValidationRmse = 0.9,
                ValidationNdcg10 = 0.25,
                RatingsPerSecond = 12_345,
            });
        }

        server.State.Events.Add(new TrainingEvent
        {
            RoundId = roundId,
            Epoch = 2,
            Epochs = 2,
            Finished = new TrainingRound { RoundId = roundId, Outcome = outcome, Version = 8, Reason = "because" },
        });
    }
}
