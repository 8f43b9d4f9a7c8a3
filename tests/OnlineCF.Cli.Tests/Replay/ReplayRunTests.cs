using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Replay;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;
using Rating = OnlineCF.Core.Ratings.Rating;

namespace OnlineCF.Cli.Tests.Replay;

public sealed class ReplayRunTests : IAsyncLifetime
{
    private FakeServer _server = null!;
    private ServerConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _connection = new ServerConnection(_server.Address, token: null);
    }

    public async ValueTask DisposeAsync()
    {
        _connection.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_rating_is_predicted_before_it_is_told_and_lists_are_asked_for_liked_ones_alone()
    {
        _server.State.PredictedRating = 4;
        _server.State.Recommendations = ListOf(movieId: 11);

        var statistics = await Run().RunAsync(
            [new Rating(1, 11, 5, 100), new Rating(2, 12, 4, 200), new Rating(3, 13, 2, 300)],
            TestContext.Current.CancellationToken);

        Assert.Equal(
            ["Predict 1", "Recommend 1", "Rate 1", "Predict 2", "Recommend 2", "Rate 2", "Predict 3", "Rate 3"],
            CallsByUser());
        Assert.Equal(Math.Sqrt((1 + 0 + 4) / 3.0), statistics.Rmse, 12);
        Assert.Equal(0.5, statistics.Lists.HitRate10);
    }

    [Fact]
    public async Task Ratings_travel_with_value_and_time()
    {
        await Run().RunAsync([new Rating(1, 11, 4.5f, 881250949_000_001)], TestContext.Current.CancellationToken);

        var rating = _server.State.Requests.OfType<RateRequest>().Single().Rating;
        Assert.Equal((1, 11, 4.5f), (rating.UserId, rating.MovieId, rating.Value));
        Assert.Equal((881250949, 1000), (rating.RatedAt.Seconds, rating.RatedAt.Nanos));
    }

    [Fact]
    public async Task Rounds_run_to_their_end_between_ratings_and_promoted_ones_are_counted()
    {
        _server.State.Training = new GetTrainingResponse { ModelVersion = 8 };
        _server.State.Events.Add(new TrainingEvent
        {
            RoundId = 1,
            Finished = new TrainingRound { RoundId = 1, Outcome = RoundOutcome.Promoted, Version = 8 },
        });
        var finished = new List<TrainingRound>();
        var run = new ReplayRun(_connection, TimeProvider.System, new RoundSchedule(2)) { RoundFinished = finished.Add };

        await run.RunAsync(
            [new Rating(1, 11, 3, 1), new Rating(2, 11, 3, 2), new Rating(3, 11, 3, 3)], TestContext.Current.CancellationToken);

        Assert.Equal(1, run.ModelsPromoted);
        Assert.Single(finished);
        Assert.True(_server.State.Requests.OfType<StartTrainingRequest>().Single().FullRetrain);
        Assert.Equal(["Predict 1", "Rate 1", "Predict 2", "Rate 2", "Start", "Predict 3", "Rate 3"], CallsByUser());
    }

    [Fact]
    public void Order_is_by_time_and_then_as_it_was()
    {
        Rating[] ratings = [new(1, 1, 1, 30), new(2, 2, 2, 10), new(3, 3, 3, 30), new(4, 4, 4, 20)];

        Assert.Equal([2L, 4, 1, 3], ReplayRun.InOrderOfTime(ratings).Select(x => x.UserId));
    }

    private static RecommendResponse ListOf(long movieId) => new()
    {
        Movies = { new RecommendedMovie { Movie = new Movie { MovieId = movieId } } },
    };

    private ReplayRun Run() => new(_connection, TimeProvider.System, new RoundSchedule(1000));

    // Prediction and list of one rating are asked for together; their order does not matter.
    private List<string> CallsByUser()
    {
        var calls = _server.State.Requests.Select(request => request switch
        {
            PredictRatingsRequest x => $"Predict {x.UserId}",
            RecommendRequest x => $"Recommend {x.UserId}",
            RateRequest x => $"Rate {x.Rating.UserId}",
            _ => "Start",
        }).ToList();
        for (var i = 1; i < calls.Count; i++)
        {
            if (calls[i].StartsWith("Predict", StringComparison.Ordinal) && calls[i - 1].StartsWith("Recommend", StringComparison.Ordinal))
            {
                (calls[i], calls[i - 1]) = (calls[i - 1], calls[i]);
            }
        }

        return calls;
    }
}
