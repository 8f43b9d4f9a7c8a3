using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Replicas;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>What is said of movies against what the log holds.</summary>
public sealed class StatisticsTests
{
    private const int BeforeTheRound = 9_000;
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statistics_equal_the_log_soon_after_an_import_of_which_the_model_knows_a_tenth()
    {
        var ratings = RealRatings.Load() ?? GeneratedRatings();
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false", "--Training:Epochs=1");
        await server.StreamAsync(ratings.Take(BeforeTheRound), Cancellation);
        await server.TrainAsync(Cancellation);

        var time = TimeProvider.System;
        var started = time.GetTimestamp();
        var streamed = await server.StreamAsync(ratings.Skip(BeforeTheRound), Cancellation);

        // A machine that has other things to do is given as long as it took for the import, should that be more.
        var taken = time.GetElapsedTime(started);
        using var patience = new CancellationTokenSource(taken > Freshness ? taken : Freshness, time);
        await WaitForAsync(server, streamed.Sequence, patience.Token);

        await EqualsTheLogAsync(server, ratings);
    }

    [Fact]
    public async Task Statistics_equal_the_log_after_ratings_were_replaced_deleted_and_erased_and_after_a_restart()
    {
        var random = new Random(5);
        var current = new Dictionary<(long User, long Movie), Rating>();
        var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        try
        {
            for (var wave = 0; wave < 3; wave++)
            {
                Rating[] ratings =
                [
                    .. Enumerable.Range(0, 1500).Select(n => new Rating
                    {
                        UserId = random.Next(1, 60),
                        MovieId = random.Next(1, 120),
                        Value = 0.5f + (random.NextSingle() * 4.5f),
                        RatedAt = Timestamp.FromDateTime(DateTime.UnixEpoch.AddHours((wave * 1500) + n)),
                    }),
                ];
                await server.StreamAsync(ratings, Cancellation);
                foreach (var rating in ratings)
                {
                    current[(rating.UserId, rating.MovieId)] = rating;
                }

                var deleted = current.Keys.ElementAt(random.Next(current.Count));
                await server.Ratings.DeleteRatingAsync(
                    new DeleteRatingRequest { UserId = deleted.User, MovieId = deleted.Movie }, cancellationToken: Cancellation);
                current.Remove(deleted);
                var erased = current.Keys.ElementAt(random.Next(current.Count)).User;
                var sequence = (await server.Ratings.EraseUserAsync(
                    new EraseUserRequest { UserId = erased }, cancellationToken: Cancellation)).Sequence;
                foreach (var pair in current.Keys.Where(pair => pair.User == erased).ToArray())
                {
                    current.Remove(pair);
                }

                if (wave == 1)
                {
                    server = await server.RestartAsync("--Training:Automatic=false");
                }

                await WaitForAsync(server, sequence, Cancellation);
                await EventuallyEqualsTheLogAsync(server, [.. current.Values]);
            }
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task WaitForAsync(TestServer server, long sequence, CancellationToken cancellationToken)
    {
        var popularity = server.Server.Services.GetRequiredService<PopularityReplica>();
        for (var changed = popularity.Changed; popularity.Sequence < sequence; changed = popularity.Changed)
        {
            await changed.WaitAsync(cancellationToken);
        }
    }

    // Erased ratings are counted out a moment after the stream has brought the news.
    private static async Task EventuallyEqualsTheLogAsync(TestServer server, IReadOnlyList<Rating> ratings)
    {
        var popularity = server.Server.Services.GetRequiredService<PopularityReplica>();
        var expected = Expected(ratings);
        for (var changed = popularity.Changed;
            expected.Any(movie => popularity.Table.Of(movie.MovieId).Count != movie.Count)
                || popularity.Table.ByPopularity.Sum(movie => (long)movie.Statistics.Count) != ratings.Count;
            changed = popularity.Changed)
        {
            await changed.WaitAsync(Cancellation);
        }

        await EqualsTheLogAsync(server, ratings);
    }

    private static async Task EqualsTheLogAsync(TestServer server, IReadOnlyList<Rating> ratings)
    {
        var expected = Expected(ratings);
        foreach (var movie in expected)
        {
            var answer = await server.Catalog.GetMovieAsync(
                new GetMovieRequest { MovieId = movie.MovieId }, cancellationToken: Cancellation);
            Assert.Equal(movie.Count, answer.RatingCount);
            Assert.Equal(movie.Mean, answer.MeanRating, 1e-5);
        }

        var popular = await server.Recommendations.PopularMoviesAsync(
            new PopularMoviesRequest { Count = 100 }, cancellationToken: Cancellation);
        Assert.Equal(
            expected.OrderByDescending(movie => movie.Liked).ThenByDescending(movie => movie.Count).ThenBy(movie => movie.MovieId)
                .Take(100).Select(movie => movie.MovieId),
            popular.Movies.Select(movie => movie.Movie.MovieId));
    }

    private static List<(long MovieId, int Count, int Liked, double Mean)> Expected(IEnumerable<Rating> ratings) =>
    [
        .. ratings.GroupBy(rating => rating.MovieId).Select(movie => (
            movie.Key, movie.Count(), movie.Count(rating => rating.Value >= 4), movie.Average(rating => (double)rating.Value))),
    ];

    // As many ratings of as many movies, user by user, few of them rated often.
    private static List<Rating> GeneratedRatings()
    {
        var random = new Random(13);
        var ratings = new List<Rating>();
        for (var userId = 1L; userId <= 610; userId++)
        {
            var movies = new HashSet<long>();
            while (movies.Count < 165)
            {
                movies.Add(1 + (long)(9_700 * Math.Pow(random.NextDouble(), 3)));
            }

            ratings.AddRange(movies.Select(movieId => new Rating
            {
                UserId = userId,
                MovieId = movieId,
                Value = random.Next(1, 11) / 2f,
                RatedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeSeconds(random.Next())),
            }));
        }

        return ratings;
    }
}
