using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>Two crowds with opposite tastes: what the model must find out is known.</summary>
internal static class SyntheticWorld
{
    public const int Users = 120;
    public const int Movies = 60;

    /// <summary>Whether user and movie belong to the same crowd.</summary>
    public static bool Match(long userId, long movieId) => userId % 2 == movieId % 2;

    /// <summary>About half of all pairs, liked where user and movie match.</summary>
    public static IEnumerable<Rating> Ratings(int seed = 11)
    {
        var random = new Random(seed);
        for (var userId = 1L; userId <= Users; userId++)
        {
            for (var movieId = 1L; movieId <= Movies; movieId++)
            {
                if (random.NextDouble() < 0.5)
                {
                    var value = Match(userId, movieId) ? 4 + (random.Next(3) / 2f) : 1 + (random.Next(3) / 2f);
                    yield return new Rating { UserId = userId, MovieId = movieId, Value = value };
                }
            }
        }
    }

    public static IEnumerable<Movie> Catalogue() => Enumerable.Range(1, Movies).Select(movieId => new Movie
    {
        MovieId = movieId,
        Title = $"{(movieId % 2 == 0 ? "Even" : "Odd")} Story {movieId}",
        Year = 1950 + movieId,
        Genres = { movieId % 2 == 0 ? "Even" : "Odd", movieId % 3 == 0 ? "Third" : "Other" },
    });

    /// <summary>Streams the world in and trains one round on it.</summary>
    public static async Task TeachAsync(this TestServer server, CancellationToken cancellationToken)
    {
        using var catalogue = server.Catalog.UpsertMovies(cancellationToken: cancellationToken);
        await catalogue.RequestStream.WriteAsync(new UpsertMoviesRequest { Movies = { Catalogue() } }, cancellationToken);
        await catalogue.RequestStream.CompleteAsync();
        await catalogue;
        var streamed = await server.StreamAsync(Ratings(), cancellationToken);
        await server.TrainAsync(cancellationToken);
        await server.FollowedAsync(streamed.Sequence, cancellationToken);
    }

    /// <summary>Lets the model that serves be compared with one before it, which is the same.</summary>
    public static void CompareModel(this TestServer server)
    {
        var model = server.Server.Services.GetRequiredService<ModelReplica>().Current!;
        server.Server.Services.GetRequiredService<ModelTrials>().OnSwapped(model, model);
    }

    /// <summary>Popular lists come from statistics that follow the log by a moment.</summary>
    public static async Task FollowedAsync(this TestServer server, long sequence, CancellationToken cancellationToken)
    {
        var popularity = server.Server.Services.GetRequiredService<PopularityReplica>();
        for (var changed = popularity.Changed; popularity.Sequence < sequence; changed = popularity.Changed)
        {
            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Streams ratings in and returns the answers added up.</summary>
    public static async Task<StreamRatingsResponse> StreamAsync(
        this TestServer server, IEnumerable<Rating> ratings, CancellationToken cancellationToken)
    {
        var sum = new StreamRatingsResponse();
        using var call = server.Ratings.StreamRatings(cancellationToken: cancellationToken);
        foreach (var batch in ratings.Chunk(1024))
        {
            await call.RequestStream.WriteAsync(new StreamRatingsRequest { Ratings = { batch } }, cancellationToken);
            Assert.True(await call.ResponseStream.MoveNext(cancellationToken));
            sum.Accepted += call.ResponseStream.Current.Accepted;
            sum.Duplicate += call.ResponseStream.Current.Duplicate;
            sum.Stale += call.ResponseStream.Current.Stale;
            sum.Sequence = call.ResponseStream.Current.Sequence;
        }

        await call.RequestStream.CompleteAsync();
        return sum;
    }

    /// <summary>Trains one round and returns its record.</summary>
    public static async Task<TrainingRound> TrainAsync(this TestServer server, CancellationToken cancellationToken)
    {
        using var watch = server.Training.WatchTraining(
            new WatchTrainingRequest { OneRound = true }, cancellationToken: cancellationToken);
        await watch.ResponseHeadersAsync;
        var round = await server.Training.StartTrainingAsync(new StartTrainingRequest(), cancellationToken: cancellationToken);
        while (await watch.ResponseStream.MoveNext(cancellationToken))
        {
            if (watch.ResponseStream.Current.Finished is { } finished)
            {
                Assert.Equal(round.RoundId, finished.RoundId);
                return finished;
            }
        }

        throw new InvalidOperationException("The watch ended before the round.");
    }
}
