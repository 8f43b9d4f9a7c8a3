using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>
/// Sends movies to the catalogue in pieces. What is not said of a movie (an empty title, no year, no genres, and
/// always whether it is hidden) stays on the server what it is.
/// </summary>
internal static class MovieUpload
{
    private const int MostMovies = 500;
    private const int MostBytes = 1 << 20;

    // Far beyond what a server takes of one movie, and far below what it takes in a message.
    private const int MostBytesOfMovie = 1 << 16;

    /// <summary>Sends all; returns what the server took and tells what it did not.</summary>
    public static async Task<long> RunAsync(
        CatalogService.CatalogServiceClient client,
        IEnumerable<ParsedMovie> movies,
        Action<long, string> rejected,
        CancellationToken cancellationToken)
    {
        var lines = new List<long>();
        using var call = client.UpsertMovies(cancellationToken: cancellationToken);
        foreach (var request in Pieces(movies, lines, rejected))
        {
            try
            {
                await call.RequestStream.WriteAsync(request, cancellationToken);
            }
            catch (Exception e) when (e is InvalidOperationException or RpcException { StatusCode: StatusCode.Cancelled })
            {
                // The server has ended the call, maybe in the middle of the write; awaiting it throws its reason.
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

    // Movies in order, as many in one as bring the same fields.
    private static IEnumerable<UpsertMoviesRequest> Pieces(
        IEnumerable<ParsedMovie> movies, List<long> lines, Action<long, string> rejected)
    {
        var piece = new UpsertMoviesRequest();
        var bytes = 0;
        foreach (var (parsed, line) in movies)
        {
            var movie = ToMessage(parsed);
            var size = movie.CalculateSize();
            if (size > MostBytesOfMovie)
            {
                rejected(line, "title or genres are too long");
                continue;
            }

            var mask = MaskOf(movie);
            if (piece.Movies.Count > 0
                && (piece.Movies.Count == MostMovies || bytes + size > MostBytes || !mask.Equals(piece.UpdateMask)))
            {
                yield return piece;
                (piece, bytes) = (new UpsertMoviesRequest(), 0);
            }

            piece.UpdateMask = mask;
            piece.Movies.Add(movie);
            lines.Add(line);
            bytes += size;
        }

        if (piece.Movies.Count > 0)
        {
            yield return piece;
        }
    }

    private static FieldMask MaskOf(Movie movie)
    {
        var mask = new FieldMask { Paths = { "movie_id" } };
        mask.Paths.AddRange(
            new[] { (movie.Title.Length > 0, "title"), (movie.Year != 0, "year"), (movie.Genres.Count > 0, "genres") }
                .Where(x => x.Item1).Select(x => x.Item2));
        return mask;
    }
}
