using System.Globalization;

namespace OnlineCF.Cli.Import;

/// <summary>A film that one person rated, as an export of Letterboxd or IMDb has it: by title and year, without an id.</summary>
/// <param name="Title">As written.</param>
/// <param name="Year">0 where it is not known.</param>
/// <param name="Stars">0.5 to 5.</param>
/// <param name="RatedAtMicros">Microseconds since 1970, or null.</param>
/// <param name="Line">Where it stands.</param>
internal readonly record struct PersonalRating(string Title, int Year, float Stars, long? RatedAtMicros, long Line);

/// <summary>Reads what one person exported.</summary>
internal static class PersonalExport
{
    private const float StarsOfTen = 0.5f;

    /// <summary>Whether the first line is that of such an export.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> header) =>
        ColumnsOf([.. MovieLensText.Encoding.GetString(header).Split(',')]) is not null;

    /// <summary>All films, streaming; bad lines are reported and skipped.</summary>
    public static IEnumerable<PersonalRating> Read(DataFile file, BadLines badLines)
    {
        using var stream = MovieLensText.OpenUtf8(file);
        Columns? columns = null;
        foreach (var (fields, line) in new CsvRecords(file, stream, badLines).Read())
        {
            if (columns is null)
            {
                columns = ColumnsOf(fields)
                    ?? throw new InvalidDataException($"{file.Name}: this is no export of Letterboxd or IMDb.");
                continue;
            }

            if (Parse(columns, fields, line) is { } rating)
            {
                yield return rating;
            }
            else
            {
                badLines.Add(file.Name, line, "not a rated film: title, year, rating and date are needed");
            }
        }
    }

    private static PersonalRating? Parse(Columns columns, IReadOnlyList<string> fields, long line)
    {
        var culture = CultureInfo.InvariantCulture;
        if (fields.Count <= columns.Last || fields[columns.Title].Trim() is not { Length: > 0 } title
            || !float.TryParse(fields[columns.Rating], NumberStyles.AllowDecimalPoint, culture, out var rating)
            || !DateTimeOffset.TryParseExact(fields[columns.Date].Trim(), "yyyy-MM-dd", culture, DateTimeStyles.AssumeUniversal, out var date))
        {
            return null;
        }

        var stars = columns.IsOfTen ? rating * StarsOfTen : rating;
        _ = int.TryParse(fields[columns.Year], NumberStyles.None, culture, out var year);
        return stars is >= Core.Ratings.Rating.MinValue and <= Core.Ratings.Rating.MaxValue
            ? new PersonalRating(title, year, stars, (date - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, line)
            : null;
    }

    private static Columns? ColumnsOf(IReadOnlyList<string> header)
    {
        string[] names = [.. header.Select(x => x.Trim().Trim('"', '\r'))];
        int Place(string name) => Array.IndexOf(names, name);
        return Place("Letterboxd URI") >= 0 && Place("Name") >= 0 && Place("Rating") >= 0
            ? new Columns(Place("Name"), Place("Year"), Place("Rating"), Place("Date"), IsOfTen: false)
            : Place("Const") >= 0 && Place("Your Rating") >= 0 && Place("Title") >= 0
            ? new Columns(Place("Title"), Place("Year"), Place("Your Rating"), Place("Date Rated"), IsOfTen: true)
            : null;
    }

    private sealed record Columns(int Title, int Year, int Rating, int Date, bool IsOfTen)
    {
        public int Last => Math.Max(Math.Max(Title, Year), Math.Max(Rating, Date));
    }
}
