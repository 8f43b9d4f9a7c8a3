using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Local;
using OnlineCF.Cli.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Import;

/// <summary>Movies imported again into a real server: what the file does not say stays.</summary>
public sealed class ImportAgainTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_the_file_does_not_say_stays()
    {
        await using var server = await ThrowAwayServer.StartAsync(
            0, ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"], Token);
        using var connection = new ServerConnection(server.GrpcAddress, token: null);
        var cli = new CliRun(_folder, server.GrpcAddress);
        await ImportAsync(cli, "movieId,title,genres\n24,Powder (1995),Drama|Sci-Fi\n25,Leaving Las Vegas (1995),Drama\n");
        await HideAsync(connection, 24);

        await ImportAsync(cli, "movieId,title,genres\n24,Powder (1995),Drama|Sci-Fi\n");
        await AssertIsAsync(connection, "Powder", 1995, "Drama|Sci-Fi");

        await ImportAsync(cli, "movieId,title\n24,Powder (1995)\n");
        await AssertIsAsync(connection, "Powder", 1995, "Drama|Sci-Fi");

        await ImportAsync(cli, "movieId,title,genres\n24,Powder,(no genres listed)\n25,,Drama\n");
        await AssertIsAsync(connection, "Powder", 1995, "Drama|Sci-Fi");
        Assert.Equal("Leaving Las Vegas", (await MovieAsync(connection, 25)).Title);

        await ImportAsync(cli, "movieId,title,genres\n24,Powder! (1996),Comedy\n");
        await AssertIsAsync(connection, "Powder!", 1996, "Comedy");
    }

    private static async Task<Movie> MovieAsync(ServerConnection connection, long id) =>
        (await connection.Catalog.GetMovieAsync(new GetMovieRequest { MovieId = id }, cancellationToken: Token)).Movie;

    private static async Task AssertIsAsync(ServerConnection connection, string title, int year, string genres)
    {
        var movie = await MovieAsync(connection, 24);
        Assert.Equal((title, year, genres, true), (movie.Title, movie.Year, string.Join('|', movie.Genres), movie.Hidden));
    }

    private static async Task HideAsync(ServerConnection connection, long id)
    {
        using var call = connection.Catalog.UpsertMovies(cancellationToken: Token);
        await call.RequestStream.WriteAsync(
            new UpsertMoviesRequest
            {
                Movies = { new Movie { MovieId = id, Hidden = true } },
                UpdateMask = new() { Paths = { "hidden" } },
            },
            Token);
        await call.RequestStream.CompleteAsync();
        await call;
    }

    private async Task ImportAsync(CliRun cli, string movies) =>
        Assert.Equal(ExitCodes.Ok, await cli.RunAsync("import", _folder.Write("movies.csv", movies)));
}
