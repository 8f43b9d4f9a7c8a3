using System.Globalization;
using CsvHelper;
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
        using (var csv = CreateCsv(Path.Combine(folder, "movies.csv")))
        {
            WriteMovies(csv, movies);
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

    private static void WriteMovies(CsvWriter csv, IEnumerable<Movie> movies)
    {
        csv.WriteField("movieId");
        csv.WriteField("title");
        csv.WriteField("genres");
        csv.NextRecord();
        foreach (var movie in movies)
        {
            csv.WriteField(movie.MovieId);
            csv.WriteField(movie.Year > 0 ? $"{movie.Title} ({movie.Year})" : movie.Title);
            csv.WriteField(movie.Genres.Count > 0 ? string.Join('|', movie.Genres) : MovieReader.NoGenres);
            csv.NextRecord();
        }
    }

    private static CsvWriter CreateCsv(string path) => new(CreateText(path), CultureInfo.InvariantCulture);

    private static StreamWriter CreateText(string path) => new(path) { NewLine = "\n" };
}
