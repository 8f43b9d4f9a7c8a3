using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>Sends movies to the catalogue in pieces.</summary>
internal static class MovieUpload
{
    private const int Piece = 500;

    /// <summary>Sends all; returns what the server took and tells what it did not.</summary>
    public static async Task<long> RunAsync(
        CatalogService.CatalogServiceClient client,
        IEnumerable<ParsedMovie> movies,
        Action<long, string> rejected,
        CancellationToken cancellationToken)
    {
        var lines = new List<long>();
        using var call = client.UpsertMovies(cancellationToken: cancellationToken);
        foreach (var piece in movies.Chunk(Piece))
        {
            lines.AddRange(piece.Select(x => x.Line));
            var request = new UpsertMoviesRequest { Movies = { piece.Select(x => ToMessage(x.Movie)) } };
            try
            {
                await call.RequestStream.WriteAsync(request, cancellationToken);
            }
            catch (InvalidOperationException)
            {
                // The server has ended the call; awaiting it throws its reason.
                await call;
                throw;
            }
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call;
        foreach (var rejection in answer.Rejected)
        {
            rejected(rejection.Index < lines.Count ? lines[(int)rejection.Index] : 0, rejection.Reason);
        }

        return answer.Upserted;
    }

    /// <summary>The movie as the protocol has it.</summary>
    public static Movie ToMessage(Core.Catalogue.Movie movie) => new()
    {
        MovieId = movie.MovieId,
        Title = movie.Title,
        Year = movie.Year,
        Genres = { movie.Genres },
        Hidden = movie.Hidden,
    };
}
