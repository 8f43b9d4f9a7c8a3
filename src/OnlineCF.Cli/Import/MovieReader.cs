using System.Globalization;
using System.Text.RegularExpressions;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Import;

/// <summary>A movie with the line it stands on.</summary>
internal readonly record struct ParsedMovie(Movie Movie, long Line);

/// <summary>Reads the movies of every edition: movies.csv, movies.dat and u.item.</summary>
internal static partial class MovieReader
{
    internal const string NoGenres = "(no genres listed)";

    /// <summary>Number, year, title; a title may hold commas without quotes.</summary>
    internal const string NetflixTitles = "movie_titles.csv";

    private static readonly string[] IdNames = ["MOVIEID", "MOVIE_ID", "MOVIE", "ID", "ITEMID", "ITEM_ID", "ITEM", "FILMID", "FILM_ID"];
    private static readonly char[] GenreQuotes = ['"', '\'', '[', ']', '{', '}', ' '];

    /// <summary>All movies, streaming; bad lines are reported and skipped.</summary>
    /// <param name="file">The edition is told from its name.</param>
    /// <param name="genres">u.genre, for u.item; null when there is none.</param>
    /// <param name="badLines">Takes the bad ones.</param>
    public static IEnumerable<ParsedMovie> Read(DataFile file, DataFile? genres, BadLines badLines) =>
        file.BaseName.ToLowerInvariant() switch
        {
            "u.item" => FlagMovies.Read(file, genres, badLines),
            NetflixTitles or "movie_titles.txt" => ReadNetflix(file, badLines),
            var name when name.EndsWith(".dat", StringComparison.Ordinal) => ReadDat(file, badLines),
            _ => ReadCsv(file, badLines),
        };

    private static IEnumerable<ParsedMovie> ReadDat(DataFile file, BadLines badLines)
    {
        using var stream = MovieLensText.OpenUtf8(file);
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

    private static IEnumerable<ParsedMovie> ReadNetflix(DataFile file, BadLines badLines)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        var lines = new LineReader(stream, file.Name, line => badLines.Add(file.Name, line, LineReader.TooLong));
        while (lines.TryRead(out var line))
        {
            var fields = MovieLensText.Encoding.GetString(line).Split(',', 3);
            if (fields.Length < 3 || !long.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var movieId))
            {
                if (!line.IsEmpty)
                {
                    badLines.Add(file.Name, lines.LineNumber, "not of the form movie,year,title");
                }

                continue;
            }

            var title = fields[2].Trim();
            title = title is ['"', .. var quoted, '"'] ? quoted.Replace("\"\"", "\"", StringComparison.Ordinal) : title;
            yield return new ParsedMovie(new Movie(movieId, title, YearOf(fields[1]), [], Hidden: false), lines.LineNumber);
        }
    }

    // A movie that stands on several lines, as in a file of ratings, is told once.
    private static IEnumerable<ParsedMovie> ReadCsv(DataFile file, BadLines badLines)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        Columns? columns = null;
        var seen = new HashSet<long>();
        foreach (var (fields, line) in new CsvRecords(file, stream, badLines).Read())
        {
            if (columns is null)
            {
                columns = ColumnsOf(fields);
                if (columns is not null)
                {
                    continue;
                }

                columns = new Columns(0, 1, 2, int.MaxValue);
            }

            var movie = columns.Id < fields.Count && columns.Title < fields.Count
                ? ToMovie(fields[columns.Id], fields[columns.Title], At(columns.Genres), YearOf(At(columns.Year)))
                : null;
            if (movie is null)
            {
                badLines.Add(file.Name, line, "not of the form movie,title,genres");
            }
            else if (!columns.IsOfRatings || seen.Add(movie.MovieId))
            {
                yield return new ParsedMovie(movie, line);
            }

            string At(int column) => column < fields.Count ? fields[column] : "";
        }
    }

    private static Columns? ColumnsOf(IReadOnlyList<string> names)
    {
        string[] header = [.. names.Select(x => x.Trim().ToUpperInvariant())];
        var id = Array.FindIndex(header, IdNames.Contains);
        var title = Array.FindIndex(header, x => x is "TITLE" or "NAME");
        return id < 0 || title < 0 ? null : new Columns(
            id, title, Place("GENRES", "GENRE"), Place("YEAR", "RELEASE_DATE", "RELEASEDATE", "RELEASE_YEAR"))
        {
            IsOfRatings = header.Contains("RATING"),
        };

        int Place(params string[] known) => Array.FindIndex(header, known.Contains) is var place and >= 0 ? place : int.MaxValue;
    }

    // "1995", "1995-10-30", "1995.0"; 0 where there is none.
    private static int YearOf(string text) =>
        text.Trim() is { Length: >= 4 } date && (date.Length == 4 || date[4] is '-' or '/' or '.')
        && int.TryParse(date.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is > 1800 and < 2200
            ? year
            : 0;

    // Parted by bars, or by commas, or a list as JSON has it, of names or of objects with a name.
    private static string[] GenresOf(string text)
    {
        IEnumerable<string> list = text.Contains('|', StringComparison.Ordinal) || !text.Contains(',', StringComparison.Ordinal) && text is not ['[', ..]
            ? text.Split('|')
            : text is ['[', ..] && text.Contains("name", StringComparison.Ordinal)
            ? NameInObject().Matches(text).Select(match => match.Groups[1].Value)
            : text.Split(',').Select(genre => genre.Trim(GenreQuotes));
        return [.. list.Select(genre => genre.Trim()).Where(genre => genre.Length > 0 && genre != NoGenres)];
    }

    [GeneratedRegex("""["']name["']\s*:\s*["']([^"']+)["']""")]
    private static partial Regex NameInObject();

    /// <summary>The movie, or null when the id is no number.</summary>
    private static Movie? ToMovie(string id, string title, string genres, int year = 0)
    {
        // 711.0 is 711.
        var whole = id.Trim() is var trimmed && trimmed.EndsWith(".0", StringComparison.Ordinal) ? trimmed[..^2] : trimmed;
        if (!long.TryParse(whole, NumberStyles.Integer, CultureInfo.InvariantCulture, out var movieId))
        {
            return null;
        }

        // "(2001)" is a year whose title is missing.
        var (name, yearOfTitle) = MovieTitle.Parse(title);
        if (name is ['(', _, _, _, _, ')'] && int.TryParse(name.AsSpan(1, 4), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        return new Movie(movieId, name, year != 0 ? year : yearOfTitle, GenresOf(genres.Trim()), Hidden: false);
    }

    private sealed record Columns(int Id, int Title, int Genres, int Year)
    {
        /// <summary>Whether the lines are ratings with their movies.</summary>
        public bool IsOfRatings { get; init; }
    }
}
