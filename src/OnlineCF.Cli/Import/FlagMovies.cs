using System.Globalization;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Cli.Import;

/// <summary>Reads u.item of the 100 thousand edition: pipes, release dates, and a 0/1 flag for each genre of u.genre.</summary>
internal static class FlagMovies
{
    private const int FirstFlag = 5;

    // u.genre of the edition, for copies that lost the file.
    private static readonly string[] UsualGenres =
    [
        "unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary", "Drama",
        "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
    ];

    /// <summary>All movies, streaming.</summary>
    public static IEnumerable<ParsedMovie> Read(DataFile file, DataFile? genreFile, BadLines badLines)
    {
        var genres = genreFile is null ? UsualGenres : ReadGenres(genreFile, badLines);
        using var stream = MovieLensText.OpenUtf8(file);
        var lines = new LineReader(stream, file.Name, line => badLines.Add(file.Name, line, LineReader.TooLong));
        while (lines.TryRead(out var line))
        {
            if (line.IsEmpty)
            {
                continue;
            }

            if (LineReader.HasLongField(line, "|"u8))
            {
                badLines.Add(file.Name, lines.LineNumber, LineReader.FieldTooLong);
                continue;
            }

            var fields = MovieLensText.Encoding.GetString(line).Split('|');
            if (fields.Length < 2 || !long.TryParse(fields[0], CultureInfo.InvariantCulture, out var movieId))
            {
                badLines.Add(file.Name, lines.LineNumber, "not of the form movie|title|release date|…|genre flags");
                continue;
            }

            var (title, year) = MovieTitle.Parse(fields[1]);
            var movie = new Movie(movieId, title, year != 0 ? year : YearOf(fields), GenresOf(fields, genres), Hidden: false);
            yield return new ParsedMovie(movie, lines.LineNumber);
        }
    }

    // "01-Jan-1995"
    private static int YearOf(string[] fields) =>
        fields.Length > 2 && DateTime.TryParseExact(
            fields[2], "dd-MMM-yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? date.Year
            : 0;

    private static string[] GenresOf(string[] fields, string[] genres) =>
        [.. genres.Where((genre, i) =>
            genre is not ("" or "unknown") && FirstFlag + i < fields.Length && fields[FirstFlag + i].Trim() == "1")];

    private static string[] ReadGenres(DataFile file, BadLines badLines)
    {
        var genres = new SortedDictionary<int, string>();
        using var stream = MovieLensText.OpenUtf8(file);
        var lines = new LineReader(stream, file.Name, line => badLines.Add(file.Name, line, LineReader.TooLong));
        while (lines.TryRead(out var line))
        {
            var fields = MovieLensText.Encoding.GetString(line).Split('|');
            if (fields.Length >= 2 && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var index) && index is >= 0 and < 1000)
            {
                genres[index] = fields[0];
            }
            else if (!line.IsEmpty)
            {
                badLines.Add(file.Name, lines.LineNumber, "not of the form genre|number");
            }
        }

        return genres.Count == 0
            ? UsualGenres
            : [.. Enumerable.Range(0, genres.Keys.Last() + 1).Select(x => genres.GetValueOrDefault(x, ""))];
    }
}
