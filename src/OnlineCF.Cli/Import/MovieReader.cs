using System.Globalization;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Import;

/// <summary>A movie with the line it stands on.</summary>
internal readonly record struct ParsedMovie(Movie Movie, long Line);

/// <summary>Reads the movies of every edition: movies.csv, movies.dat and u.item.</summary>
internal static class MovieReader
{
    internal const string NoGenres = "(no genres listed)";

    /// <summary>All movies, streaming; bad lines are reported and skipped.</summary>
    /// <param name="file">The edition is told from its name.</param>
    /// <param name="genres">u.genre, for u.item; null when there is none.</param>
    /// <param name="badLines">Takes the bad ones.</param>
    public static IEnumerable<ParsedMovie> Read(DataFile file, DataFile? genres, BadLines badLines) =>
        file.BaseName.ToLowerInvariant() switch
        {
            "u.item" => FlagMovies.Read(file, genres, badLines),
            var name when name.EndsWith(".dat", StringComparison.Ordinal) => ReadDat(file, badLines),
            _ => ReadCsv(file, badLines),
        };

    private static IEnumerable<ParsedMovie> ReadDat(DataFile file, BadLines badLines)
    {
        using var stream = file.Open();
        var lines = new LineReader(stream, file.Name, line => badLines.Add(file.Name, line, LineReader.TooLong));
        while (lines.TryRead(out var line))
        {
            if (LineReader.HasLongField(line, "::"u8))
            {
                badLines.Add(file.Name, lines.LineNumber, LineReader.FieldTooLong);
                continue;
            }

            var text = MovieLensText.Encoding.GetString(line);
            if (text.Length == 0)
            {
                continue;
            }

            // A title may hold "::" itself; the id is before the first one, the genres after the last one.
            var (first, last) = (text.IndexOf("::", StringComparison.Ordinal), text.LastIndexOf("::", StringComparison.Ordinal));
            var movie = first < 0 || last <= first
                ? null
                : ToMovie(text[..first], text[(first + 2)..last], text[(last + 2)..]);
            if (movie is null)
            {
                badLines.Add(file.Name, lines.LineNumber, "not of the form movie::title::genres");
                continue;
            }

            yield return new ParsedMovie(movie, lines.LineNumber);
        }
    }

    private static IEnumerable<ParsedMovie> ReadCsv(DataFile file, BadLines badLines)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        (int Id, int Title, int Genres)? columns = null;
        foreach (var (fields, line) in new CsvRecords(file, stream, badLines).Read())
        {
            if (columns is null)
            {
                columns = ColumnsOf(fields);
                if (columns is not null)
                {
                    continue;
                }

                columns = (0, 1, 2);
            }

            var (id, title, genres) = columns.Value;
            var movie = id < fields.Count && title < fields.Count
                ? ToMovie(fields[id], fields[title], genres < fields.Count ? fields[genres] : "")
                : null;
            if (movie is null)
            {
                badLines.Add(file.Name, line, "not of the form movie,title,genres");
                continue;
            }

            yield return new ParsedMovie(movie, line);
        }
    }

    private static (int Id, int Title, int Genres)? ColumnsOf(IReadOnlyList<string> names)
    {
        string[] header = [.. names];
        var id = Array.FindIndex(header, x => x.Trim().ToUpperInvariant() is "MOVIEID" or "MOVIE_ID" or "MOVIE" or "ID");
        var title = Array.FindIndex(header, x => x.Trim().ToUpperInvariant() is "TITLE" or "NAME");
        var genres = Array.FindIndex(header, x => x.Trim().ToUpperInvariant() is "GENRES" or "GENRE");
        return id < 0 || title < 0 ? null : (id, title, genres < 0 ? int.MaxValue : genres);
    }

    /// <summary>The movie, or null when the id is no number.</summary>
    private static Movie? ToMovie(string id, string title, string genres)
    {
        if (!long.TryParse(id.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var movieId))
        {
            return null;
        }

        var (name, year) = MovieTitle.Parse(title);
        string[] list = [.. genres
            .Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(x => x != NoGenres)];
        return new Movie(movieId, name, year, list, Hidden: false);
    }
}
