using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Services;

/// <summary>Says of a movie from outside whether the catalogue can take it, and why not.</summary>
internal static class MovieValidation
{
    /// <summary>Genres of one movie, or of one filter.</summary>
    public const int MaxGenres = 100;

    /// <summary>Characters of a genre.</summary>
    public const int MaxGenre = 100;

    private const int MaxTitle = 1000;

    /// <summary>Null for a good movie, else the field and what is wrong with it.</summary>
    public static string? FaultOf(Movie movie) => movie switch
    {
        { MovieId: <= 0 } => $"movie_id must be greater than 0, was {movie.MovieId}",
        { Title.Length: > MaxTitle } => $"title has {movie.Title.Length} characters; at most {MaxTitle} are taken",
        { Year: < 0 or > CatalogGrpcService.MaxYear } =>
            $"year must be from 0 to {CatalogGrpcService.MaxYear}, was {movie.Year}",
        { Genres.Count: > MaxGenres } => $"genres has {movie.Genres.Count} entries; at most {MaxGenres} are taken",
        _ when movie.Genres.Any(genre => genre.Length is 0 or > MaxGenre) =>
            $"genres must each have 1 to {MaxGenre} characters",
        _ => null,
    };
}
