using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Commands;

public sealed class ServerVerbTests : IDisposable
{
    private static readonly Movie Heat = new() { MovieId = 6, Title = "Heat [1]", Year = 1995, Genres = { "Action", "Crime" } };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rate_sends_the_rating_and_says_what_became_of_it()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("rate", "1", "318", "4.5", "--at", "2026-01-31T20:15:00Z"));
        Assert.Equal("Accepted: the rating is durable (sequence 7)." + Environment.NewLine, cli.Out);
        var request = Assert.IsType<RateRequest>(Assert.Single(server.State.Requests));
        Assert.Equal((1, 318, 4.5f), (request.Rating.UserId, request.Rating.MovieId, request.Rating.Value));
        Assert.Equal(new DateTime(2026, 1, 31, 20, 15, 0, DateTimeKind.Utc), request.Rating.RatedAt.ToDateTime());
    }

    [Fact]
    public async Task Rate_names_the_movie_or_says_that_nobody_knows_it()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 6, Title = "Heat", Year = 1995 });
        server.State.Movies.Add(new Movie { MovieId = 7 });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("rate", "1", "6", "4.5"));
        Assert.Contains("The movie is Heat.", cli.Error, StringComparison.Ordinal);
        foreach (var movie in (string[])["7", "8"])
        {
            Assert.Equal(ExitCodes.Ok, await cli.RunAsync("rate", "1", movie, "5"));
            Assert.Contains($"Movie {movie} is not in the catalogue", cli.Error, StringComparison.Ordinal);
            Assert.StartsWith("Accepted:", cli.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Json_of_a_verb_is_the_proto3_json_of_the_answer()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("rate", "1", "318", "4.5", "--json"));
        Assert.Equal("7", cli.Json.GetProperty("sequence").GetString());
        Assert.Equal("ACCEPTED", cli.Json.GetProperty("result").GetString());
        Assert.Equal("", cli.Error);
    }

    [Fact]
    public async Task Recommend_passes_its_options_on()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        await cli.RunAsync(
            "recommend", "7", "--count", "3", "--genres-any", "Drama,Comedy", "--genres-none", "Horror", "--year-from", "1990",
            "--year-to", "1999", "--exclude", "5", "--exclude", "6", "--include-rated", "--explain");

        var request = Assert.IsType<RecommendRequest>(Assert.Single(server.State.Requests));
        Assert.Equal(
            new RecommendRequest
            {
                UserId = 7,
                Count = 3,
                IncludeRated = true,
                Explain = true,
                Filter = new RecommendationFilter
                {
                    GenresAny = { "Drama", "Comedy" },
                    GenresNone = { "Horror" },
                    YearFrom = 1990,
                    YearTo = 1999,
                    ExcludeMovieIds = { 5, 6 },
                },
            },
            request);
    }

    [Fact]
    public async Task Recommend_shows_rank_title_year_stars_score_and_reasons()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Recommendations = new RecommendResponse
        {
            Source = RecommendationSource.Personalized,
            ModelVersion = 7,
            Movies =
            {
                new RecommendedMovie
                {
                    Movie = Heat,
                    Score = 0.9f,
                    PredictedRating = 4.4f,
                    Reasons = { new Reason { MovieId = 1, Title = "Toy Story", Weight = 0.5f }, new Reason { MovieId = 2, Weight = -1 } },
                },
            },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1", "--explain"));

        var row = cli.Out.Split('\n').Single(x => x.Contains("Heat", StringComparison.Ordinal)).Split('│', StringSplitOptions.TrimEntries);
        Assert.Equal(["", "1", "6", "Heat [1]", "1995", "Action, Crime", "4.4", "0.900", "you rated Toy Story", ""], row);
        Assert.Contains("Personal, from model version 7.", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Popular_movies_have_neither_scores_nor_reasons()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Recommendations = new RecommendResponse
        {
            Source = RecommendationSource.Popular,
            ModelVersion = 3,
            Movies = { new RecommendedMovie { Movie = Heat, Score = 240, PredictedRating = 4.1f } },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1"));

        Assert.DoesNotContain("score", cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("because", cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("240", cli.Out, StringComparison.Ordinal);
        Assert.Contains("Popular movies: nothing personal is known yet.", cli.Out, StringComparison.Ordinal);

        server.State.Recommendations.ModelVersion = 0;
        cli = new CliRun(_folder, server.Address);
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1"));
        Assert.Contains("Popular movies: there is no model yet.", cli.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing personal", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_is_said_in_words()
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1", "--genres-any", "Opera"));
        Assert.StartsWith("No movie to recommend: the filter leaves none", cli.Out, StringComparison.Ordinal);

        await cli.RunAsync("recommend", "1");
        Assert.StartsWith("No movie to recommend: nobody has rated one yet, or user 1", cli.Out, StringComparison.Ordinal);

        server.State.Recommendations = new RecommendResponse { Source = RecommendationSource.Personalized, ModelVersion = 7 };
        await cli.RunAsync("recommend", "1");
        Assert.StartsWith("No movie to recommend: user 1 has rated every one. --include-rated", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recommend_as_json_has_the_contracts_shape()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Recommendations = new RecommendResponse
        {
            Source = RecommendationSource.Popular,
            Movies = { new RecommendedMovie { Movie = Heat, Score = 2 } },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("recommend", "1", "--json"));

        Assert.Equal("POPULAR", cli.Json.GetProperty("source").GetString());
        Assert.Equal("0", cli.Json.GetProperty("modelVersion").GetString());
        var entry = cli.Json.GetProperty("movies")[0];
        Assert.Equal("6", entry.GetProperty("movie").GetProperty("movieId").GetString());
        Assert.Equal(0, entry.GetProperty("predictedRating").GetDouble());
        Assert.Equal(0, entry.GetProperty("reasons").GetArrayLength());
    }

    [Fact]
    public async Task Search_joins_its_words_and_lists_what_is_found()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 1, Title = "Toy Story", Year = 1995 });
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("search", "toy", "sto"));
        Assert.Contains("Toy Story", cli.Out, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("search", "nothing"));
        Assert.Equal("No movie has 'nothing' in its title." + Environment.NewLine, cli.Out);
    }

    [Fact]
    public async Task Search_says_when_there_may_be_more()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Movies.Add(new Movie { MovieId = 1, Title = "Toy Story", Year = 1995 });
        server.State.Movies.Add(new Movie { MovieId = 2, Title = "Toys", Year = 1992 });
        var cli = new CliRun(_folder, server.Address);

        await cli.RunAsync("search", "toy", "--count", "2");
        Assert.Contains("These are the first 2; there may be more: give more of the title", cli.Out, StringComparison.Ordinal);

        await cli.RunAsync("search", "toy", "--count", "3");
        Assert.DoesNotContain("there may be more", cli.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Similar_lists_movies_by_similarity()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Similar = new SimilarMoviesResponse
        {
            ModelVersion = 3,
            Movies = { new SimilarMovie { Movie = Heat, Similarity = 0.75f } },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("similar", "318", "-n", "5"));
        Assert.Contains("0.750", cli.Out, StringComparison.Ordinal);
        Assert.Equal(5, Assert.IsType<SimilarMoviesRequest>(Assert.Single(server.State.Requests)).Count);
    }

    [Fact]
    public async Task Models_and_rollback_name_versions()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Models = new ListModelsResponse
        {
            Models =
            {
                new Model
                {
                    Version = 3, Serving = true, SizeBytes = 2_500_000, Checksum = new string('a', 64),
                    Round = new TrainingRound { Ratings = 80_000, Candidate = new ModelFigures { ValidationRmse = 0.8765 } },
                },
            },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("models"));
        Assert.Contains("0.8765", cli.Out, StringComparison.Ordinal);
        Assert.Contains("2.5 MB", cli.Out, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("rollback", "3", "--json"));
        Assert.Equal("3", cli.Json.GetProperty("version").GetString());

        Assert.Equal(ExitCodes.Error, await cli.RunAsync("rollback", "9"));
        Assert.Contains("There is no model version 9.", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_shows_what_serves_and_the_past_rounds()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Training = new GetTrainingResponse
        {
            ModelVersion = 4,
            PendingRatings = 1234,
            Device = "cpu",
            Rounds = { new TrainingRound { RoundId = 9, Outcome = RoundOutcome.Rejected, Reason = "worse than version 4" } },
        };
        var cli = new CliRun(_folder, server.Address);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("status"));
        Assert.Contains("1,234", cli.Out, StringComparison.Ordinal);
        Assert.Contains("worse than version 4", cli.Out, StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("status", "--json"));
        Assert.Equal("4", cli.Json.GetProperty("modelVersion").GetString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_travels_as_bearer(bool asOption)
    {
        await using var server = await FakeServer.StartAsync();
        var cli = new CliRun(_folder, server.Address);
        if (asOption)
        {
            await cli.RunAsync("status", "--token", "secret");
        }
        else
        {
            cli.Variables["ONLINECF_TOKEN"] = "secret";
            await cli.RunAsync("status");
        }

        Assert.Equal(["Bearer secret"], server.State.AuthorizationHeaders);
    }
}
