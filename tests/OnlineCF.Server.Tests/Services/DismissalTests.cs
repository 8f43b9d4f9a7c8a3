using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

public sealed class DismissalTests
{
    private const string Settings = "--Training:Automatic=false";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dismissed_movie_is_on_no_list_from_the_next_request_on_until_that_is_undone()
    {
        await using var server = await TestServer.StartAsync(null, Settings);
        await server.TeachAsync(Cancellation);
        foreach (var user in new long[] { 1, 9_999 })
        {
            for (var time = 0; time < 20; time++)
            {
                var movie = (await ListAsync(server, user))[0];
                Assert.True(await DismissAsync(server, user, movie) > 0);
                Assert.DoesNotContain(movie, await ListAsync(server, user));
            }
        }

        var first = (await ListAsync(server, 1))[0];
        var sequence = await DismissAsync(server, 1, first);
        Assert.Equal(sequence, await DismissAsync(server, 1, first));
        Assert.DoesNotContain(first, await ListAsync(server, 1, includeRated: true));
        Assert.DoesNotContain(first, await ShelvesAsync(server, 1));
        await server.Ratings.UndismissMovieAsync(new UndismissMovieRequest { UserId = 1, MovieId = first }, cancellationToken: Cancellation);
        Assert.Equal(first, (await ListAsync(server, 1))[0]);
        Assert.Contains(first, await ListAsync(server, 2, includeRated: true));
    }

    [Fact]
    public async Task Dismissals_survive_a_restart_are_no_ratings_and_go_with_the_user()
    {
        var server = await TestServer.StartAsync(null, Settings);
        try
        {
            await server.TeachAsync(Cancellation);
            var before = await server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = 5 }, cancellationToken: Cancellation);
            var rated = (await ExportAsync(server, 1)).Ratings.Select(rating => rating.MovieId).ToArray();
            await DismissAsync(server, 1, 5);
            await DismissAsync(server, 1, rated[0]);
            await DismissAsync(server, 7_777, 5);

            server = await server.RestartAsync(Settings);

            var export = await ExportAsync(server, 1);
            Assert.Equal(new[] { 5, rated[0] }.Order(), export.DismissedMovieIds);
            Assert.Equal(rated, export.Ratings.Select(rating => rating.MovieId));
            Assert.DoesNotContain(5, await ListAsync(server, 1));
            Assert.DoesNotContain(5, await ListAsync(server, 7_777));
            var movie = await server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = 5 }, cancellationToken: Cancellation);
            Assert.Equal((before.RatingCount, before.MeanRating), (movie.RatingCount, movie.MeanRating));

            await server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 7_777 }, cancellationToken: Cancellation);
            Assert.Equal(new ExportUserResponse { UserId = 7_777 }, await ExportAsync(server, 7_777));
            Assert.True(await DismissAsync(server, 7_777, 6) > 0);
            Assert.Equal([6L], (await ExportAsync(server, 7_777)).DismissedMovieIds);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Json_dismisses_undoes_and_exports_and_names_bad_fields()
    {
        await using var server = await TestServer.StartAsync(null, Settings);
        await server.Ratings.RateAsync(new RateRequest { Rating = new Rating { UserId = 3, MovieId = 8, Value = 4 } }, cancellationToken: Cancellation);

        using (var posted = await server.Http.PostAsync(new Uri("/v1/users/3/dismissed/5", UriKind.Relative), null, Cancellation))
        {
            posted.EnsureSuccessStatusCode();
        }

        var export = await server.Http.GetFromJsonAsync<JsonElement>("/v1/users/3:export", Cancellation);
        Assert.Equal(("5", "8"), (export.GetProperty("dismissedMovieIds")[0].GetString(), export.GetProperty("ratings")[0].GetProperty("movieId").GetString()));
        using (var deleted = await server.Http.DeleteAsync(new Uri("/v1/users/3/dismissed/5", UriKind.Relative), Cancellation))
        {
            deleted.EnsureSuccessStatusCode();
        }

        Assert.Equal(0, (await server.Http.GetFromJsonAsync<JsonElement>("/v1/users/3:export", Cancellation)).GetProperty("dismissedMovieIds").GetArrayLength());
        foreach (var (user, movie, field) in new[] { (0L, 1L, "user_id"), (1, 0, "movie_id"), (-1, 1, "user_id") })
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => DismissAsync(server, user, movie));
            Assert.Equal((StatusCode.InvalidArgument, field), (refusal.StatusCode, refusal.Status.Detail.Split(' ')[0]));
        }
    }

    private static async Task<long> DismissAsync(TestServer server, long userId, long movieId) =>
        (await server.Ratings.DismissMovieAsync(new DismissMovieRequest { UserId = userId, MovieId = movieId }, cancellationToken: Cancellation)).Sequence;

    private static async Task<ExportUserResponse> ExportAsync(TestServer server, long userId) =>
        await server.Ratings.ExportUserAsync(new ExportUserRequest { UserId = userId }, cancellationToken: Cancellation);

    private static async Task<List<long>> ListAsync(TestServer server, long userId, bool includeRated = false)
    {
        var list = await server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = userId, Count = 1000, IncludeRated = includeRated }, cancellationToken: Cancellation);
        return [.. list.Movies.Select(movie => movie.Movie.MovieId)];
    }

    private static async Task<List<long>> ShelvesAsync(TestServer server, long userId)
    {
        var shelves = await server.Recommendations.RecommendShelvesAsync(
            new RecommendShelvesRequest { UserId = userId, Shelves = 20, MoviesPerShelf = 100 }, cancellationToken: Cancellation);
        return [.. shelves.Shelves.SelectMany(shelf => shelf.Movies).Select(movie => movie.Movie.MovieId)];
    }
}
