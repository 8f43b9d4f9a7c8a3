using Google.Protobuf.WellKnownTypes;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class NarrowTerminalTests : IDisposable
{
    private const int Columns = 80;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Three_recommendations_take_few_lines_with_their_reasons_below()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Recommendations = new RecommendResponse { Source = RecommendationSource.Personalized, ModelVersion = 7 };
        for (var i = 1; i <= 3; i++)
        {
            server.State.Recommendations.Movies.Add(new RecommendedMovie
            {
                Movie = new Movie { MovieId = i, Title = "Mountain of the Wandering", Year = 1995, Genres = { "Action", "Crime", "Drama" } },
                Score = 0.9f,
                PredictedRating = 4.4f,
                Reasons = { new Reason { MovieId = 1, Title = "Toy Story", Weight = 0.5f }, new Reason { MovieId = 2, Weight = 0.2f } },
            });
        }

        var cli = new CliRun(_folder, server.Address) { Width = Columns };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1", "-n", "3"));

        var lines = LinesOf(cli);
        Assert.InRange(lines.Length, 11, 14);
        Assert.Contains("2: you rated Toy Story; movie 2", lines);
        Assert.DoesNotContain("because", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_cuts_no_word_and_gives_the_reasons_below()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Training = new GetTrainingResponse { ModelVersion = 4, Rounds = { Round(9), Round(8) } };
        var cli = new CliRun(_folder, server.Address) { Width = Columns };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("status"));

        Assert.DoesNotContain("…", cli.Out, StringComparison.Ordinal);
        Assert.Contains("│ promoted │", cli.Out, StringComparison.Ordinal);
        Assert.Contains("│ 2026-01-31 20:15 │", cli.Out, StringComparison.Ordinal);
        Assert.Contains("Round 9: not worse than the baselines", LinesOf(cli));
    }

    [Theory]
    [InlineData("60", 60)]
    [InlineData("3", 200)]
    [InlineData("wide", 200)]
    public async Task Columns_of_the_environment_are_kept(string columns, int width)
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 1, Title = string.Concat(Enumerable.Repeat("Mountain ", 40)) });
        var cli = new CliRun(_folder, server.Address);
        cli.Variables["COLUMNS"] = columns;

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("search", "mountain"));

        Assert.Equal(width, cli.Out.Split(Environment.NewLine).Max(line => line.Length));
    }

    [Fact]
    public async Task Models_keep_one_line_each()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Models = new ListModelsResponse
        {
            Models = { new Model { Version = 3, Serving = true, SizeBytes = 2_500_000, Checksum = new string('a', 64), Round = Round(9) } },
        };
        var cli = new CliRun(_folder, server.Address) { Width = Columns };

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("models"));

        Assert.Equal(5, LinesOf(cli).Length);
        Assert.DoesNotContain("…", cli.Out, StringComparison.Ordinal);
    }

    private static TrainingRound Round(long id) => new()
    {
        RoundId = id,
        Outcome = RoundOutcome.Promoted,
        Version = 4,
        Ratings = 1_100_836,
        StartedAt = Timestamp.FromDateTimeOffset(new DateTimeOffset(2026, 1, 31, 20, 15, 42, TimeSpan.Zero)),
        Duration = Duration.FromTimeSpan(TimeSpan.FromSeconds(123.4)),
        Reason = "not worse than the baselines",
        Candidate = new ModelFigures { ValidationRmse = 0.8765, ValidationNdcg10 = 0.2345 },
    };

    private static string[] LinesOf(CliRun cli)
    {
        var lines = cli.Out.TrimEnd().Split(Environment.NewLine);
        Assert.All(lines, x => Assert.InRange(x.Length, 0, Columns));
        return lines;
    }
}
