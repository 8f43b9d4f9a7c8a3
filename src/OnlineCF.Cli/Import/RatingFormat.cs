using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>How a line of ratings is cut, found out from the file's first line.</summary>
/// <param name="Separator">Between the fields.</param>
/// <param name="User">Column of the user, from 0; -1 where it is one person, whom the file does not name.</param>
/// <param name="Movie">Column of the movie.</param>
/// <param name="Value">Column of the stars.</param>
/// <param name="Time">Column of the time; may lie beyond the line's end.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
internal sealed record RatingFormat(byte[] Separator, int User, int Movie, int Value, int Time, bool HasHeader)
{
    private const int MostShown = 120;
    private const int MostColumnsWithoutNames = 4;
    private static readonly byte[][] Separators = ["::"u8.ToArray(), "\t"u8.ToArray(), ";"u8.ToArray(), ","u8.ToArray()];

    private static readonly string[] UserNames =
        ["user", "userid", "uid", "useridx", "username", "customer", "customerid", "reader", "readerid", "reviewer", "reviewerid", "member", "memberid"];

    private static readonly string[] MovieNames =
        ["movie", "movieid", "item", "itemid", "mid", "film", "filmid", "book", "bookid", "isbn", "asin", "product", "productid", "titleid", "anime", "animeid"];

    private static readonly string[] ValueNames =
        ["rating", "value", "stars", "score", "overall", "bookrating", "userrating", "movierating", "ratingvalue"];

    private static readonly string[] TimeNames =
        ["timestamp", "time", "ratedat", "date", "ts", "unixreviewtime", "reviewtime", "created", "createdat", "datetime", "ratingdate"];

    private static readonly string[] CountNames = ["count", "counts", "plays", "playcount", "listens", "clicks", "views", "quantity", "weight"];

    /// <summary>Whether lines are customer,rating,date under a line with a movie and a colon, as of the Netflix Prize.</summary>
    public bool HasMovieBlocks { get; init; }

    /// <summary>Whether a comma may stand for a decimal point: where it does not part columns.</summary>
    public bool HasDecimalCommas => Separator is [(byte)';'] or [(byte)'\t'];

    /// <summary>The format that fits the first line.</summary>
    /// <exception cref="InvalidDataException">The line is not understood; the message says what to do.</exception>
    public static RatingFormat Detect(ReadOnlySpan<byte> firstLine) => Detect(firstLine, RatingRules.None);

    /// <summary>The format that fits the first line and what was said of the file.</summary>
    /// <exception cref="InvalidDataException">The line is not understood; the message says what to do.</exception>
    public static RatingFormat Detect(ReadOnlySpan<byte> firstLine, RatingRules rules)
    {
        if (firstLine.Contains((byte)0))
        {
            throw new InvalidDataException("This is no text file; ratings are lines of user,movie,rating[,timestamp].");
        }

        if (firstLine.Length > 1 && firstLine[^1] == ':' && !firstLine[..^1].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return new RatingFormat(","u8.ToArray(), 0, -1, 1, 2, HasHeader: false) { HasMovieBlocks = true };
        }

        foreach (var separator in Separators)
        {
            if (firstLine.IndexOf(separator) < 0)
            {
                continue;
            }

            var fields = Split(firstLine, separator);
            if (fields.Count >= 3)
            {
                return rules.Columns.Count > 0 ? Named(separator, fields, rules.Columns) : Detect(separator, fields, rules);
            }
        }

        throw new InvalidDataException(
            "The first line has no three fields (user, movie, rating) separated by comma, tab, semicolon or '::'.");
    }

    private static RatingFormat Detect(byte[] separator, List<string> fields, RatingRules rules)
    {
        if (fields.Count(IsNumber) is var numbers && (numbers >= 2 || fields.Take(3).Any(IsNumber)))
        {
            return rules.User is not null
                ? throw new InvalidDataException("The file names its users itself; --user is for files that have one person's ratings.")
                : Find(fields.ConvertAll(Normalized), UserNames) >= 0 && numbers == fields.Count - 1
                ? throw new InvalidDataException(
                    "This is a table with a column for each movie; ratings are lines of user,movie,rating[,timestamp].")
                : fields.Count <= MostColumnsWithoutNames
                ? new RatingFormat(separator, 0, 1, 2, 3, HasHeader: false)
                : throw new InvalidDataException(
                    $"The lines have {fields.Count} columns and no header that names them; "
                    + "say which is which: --columns user=1,movie=2,rating=3,time=4.");
        }

        var names = fields.ConvertAll(Normalized);
        var (user, movie, value) = (Find(names, UserNames), Find(names, MovieNames), Find(names, ValueNames));
        if (user >= 0 && movie >= 0 && value < 0 && Find(names, CountNames) >= 0)
        {
            throw new InvalidDataException(
                $"The file has counts, not ratings (it has {Shortened(string.Join(", ", fields))}); a rating says how well somebody liked a movie.");
        }

        if (user < 0 && movie >= 0 && value >= 0)
        {
            return rules.User is not null
                ? Of(-1)
                : throw new InvalidDataException(
                    $"The file does not say whose ratings it has (it has {Shortened(string.Join(", ", fields))}): give --user NUMBER, or the column by --columns.");
        }

        if (user < 0 || movie < 0 || value < 0)
        {
            throw new InvalidDataException(
                $"The header must name user, movie and rating columns; it has {Shortened(string.Join(", ", fields))}. "
                + "Say which is which: --columns user=NAME,movie=NAME,rating=NAME,time=NAME.");
        }

        return rules.User is null
            ? Of(user)
            : throw new InvalidDataException("The file names its users itself; --user is for files that have one person's ratings.");

        RatingFormat Of(int userColumn) => new(
            separator, userColumn, movie, value, Find(names, TimeNames) is var time and >= 0 ? time : int.MaxValue, HasHeader: true);
    }

    // By names of the header or by numbers from 1.
    private static RatingFormat Named(byte[] separator, List<string> fields, IReadOnlyDictionary<string, string> columns)
    {
        var byName = !columns.Values.All(column => int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            || columns.Values.All(column => fields.Exists(field => field.Equals(column, StringComparison.OrdinalIgnoreCase)));
        return new RatingFormat(separator, Place("user"), Place("movie"), Place("rating"), columns.ContainsKey("time") ? Place("time") : int.MaxValue, byName);

        int Place(string role)
        {
            var column = columns[role];
            var place = byName
                ? fields.FindIndex(field => field.Equals(column, StringComparison.OrdinalIgnoreCase))
                : int.TryParse(column, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= fields.Count
                ? number - 1
                : -1;
            return place >= 0 ? place : throw new InvalidDataException(
                $"There is no column '{column}'; the first line has {Shortened(string.Join(", ", fields))}.");
        }
    }

    private static List<string> Split(ReadOnlySpan<byte> line, byte[] separator) =>
        [.. Encoding.Latin1.GetString(line).Split(Encoding.Latin1.GetString(separator)).Select(x => x.Trim().Trim('"'))];

    private static bool IsNumber(string field) =>
        Utf8Parser.TryParse(Encoding.Latin1.GetBytes(field), out double _, out var used) && used == field.Length;

    private static string Shortened(string header) => header.Length > MostShown ? $"{header[..MostShown]} …" : header;

    // RecBole writes the kind of a column after a colon: user_id:token.
    private static string Normalized(string name) =>
        new([.. name.Split(':')[0].Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static int Find(List<string> names, string[] known) => names.FindIndex(known.Contains);
}
