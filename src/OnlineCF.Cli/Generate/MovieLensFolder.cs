using System.Globalization;
using OnlineCF.Cli.Import;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Generate;

/// <summary>Writes movies.csv and ratings.csv as MovieLens does, so that import (or any other tool) reads them.</summary>
internal static class MovieLensFolder
{
    /// <summary>Writes both files; existing ones are replaced.</summary>
    public static void Write(
        string folder,
        IEnumerable<Movie> movies,
        IEnumerable<ParsedRating> ratings,
        Action<long> written,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        using (var lines = CreateText(Path.Combine(folder, "movies.csv")))
        {
            WriteMovies(lines, movies);
        }

        using var text = CreateText(Path.Combine(folder, "ratings.csv"));
        text.WriteLine("userId,movieId,rating,timestamp");
        foreach (var rating in ratings)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{rating.UserId},{rating.MovieId},{rating.Value:0.0},{rating.RatedAtMicros / 1_000_000}"));
            if (rating.Line % RatingBatch.Size == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                written(rating.Line);
            }
        }
    }

    private static void WriteMovies(StreamWriter lines, IEnumerable<Movie> movies)
    {
        lines.WriteLine("movieId,title,genres");
        foreach (var movie in movies)
        {
            var title = movie.Year > 0 ? string.Create(CultureInfo.InvariantCulture, $"{movie.Title} ({movie.Year})") : movie.Title;
            var genres = movie.Genres.Count > 0 ? string.Join('|', movie.Genres) : MovieReader.NoGenres;
            lines.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{movie.MovieId},{Quoted(title)},{Quoted(genres)}"));
        }
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static StreamWriter CreateText(string path) => new(path) { NewLine = "\n" };
}
