using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Movies of which only some fields are sent.</summary>
public sealed class MovieUpdateTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_mask_does_not_name_stays()
    {
        await UpsertAsync(new UpsertMoviesRequest
        {
            Movies = { new Movie { MovieId = 1, Title = "Old", Year = 1999, Genres = { "Drama" }, Hidden = true } },
        });

        await UpsertAsync(Masked(new Movie { MovieId = 1, Title = "New" }, "title"));
        Assert.Equal(
            new Movie { MovieId = 1, Title = "New", Year = 1999, Genres = { "Drama" }, Hidden = true }, await MovieAsync(1));

        await UpsertAsync(Masked(new Movie { MovieId = 1 }, "movie_id"));
        Assert.Equal("New", (await MovieAsync(1)).Title);

        await UpsertAsync(Masked(new Movie { MovieId = 1 }, "hidden", "genres"));
        Assert.Equal(new Movie { MovieId = 1, Title = "New", Year = 1999 }, await MovieAsync(1));
    }

    [Fact]
    public async Task Each_request_of_a_stream_has_its_own_mask_and_none_means_all()
    {
        await UpsertAsync(
            new UpsertMoviesRequest { Movies = { new Movie { MovieId = 2, Title = "A", Year = 1990 } } },
            Masked(new Movie { MovieId = 2, Year = 1991 }, "year"),
            new UpsertMoviesRequest { Movies = { new Movie { MovieId = 3, Title = "B", Year = 1990 } } },
            Masked(new Movie { MovieId = 3, Year = 1991 }, "*"));

        Assert.Equal(new Movie { MovieId = 2, Title = "A", Year = 1991 }, await MovieAsync(2));
        Assert.Equal(new Movie { MovieId = 3, Year = 1991 }, await MovieAsync(3));
    }

    [Theory]
    [InlineData("stars")]
    [InlineData("movies.title")]
    [InlineData("")]
    public async Task A_mask_that_names_something_else_is_refused_with_it(string path)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => UpsertAsync(Masked(new Movie { MovieId = 4, Title = "A" }, "title", path)));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.StartsWith($"update_mask names '{path}'", refusal.Status.Detail, StringComparison.Ordinal);
    }

    private static UpsertMoviesRequest Masked(Movie movie, params string[] paths) =>
        new() { Movies = { movie }, UpdateMask = new FieldMask { Paths = { paths } } };

    private async Task<Movie> MovieAsync(long id) =>
        (await _server.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = id }, cancellationToken: Cancellation)).Movie;

    private async Task UpsertAsync(params UpsertMoviesRequest[] requests)
    {
        using var call = _server.Catalog.UpsertMovies(cancellationToken: Cancellation);
        foreach (var request in requests)
        {
            await call.RequestStream.WriteAsync(request, Cancellation);
        }

        await call.RequestStream.CompleteAsync();
        await call;
    }
}
