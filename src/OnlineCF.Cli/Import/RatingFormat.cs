using System.Buffers.Text;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>How a line of ratings is cut, found out from the file's first line.</summary>
/// <param name="Separator">Between the fields.</param>
/// <param name="User">Column of the user, from 0.</param>
/// <param name="Movie">Column of the movie.</param>
/// <param name="Value">Column of the stars.</param>
/// <param name="Time">Column of the time; may lie beyond the line's end.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
internal sealed record RatingFormat(byte[] Separator, int User, int Movie, int Value, int Time, bool HasHeader)
{
    private const int MostShown = 120;
    private static readonly byte[][] Separators = ["::"u8.ToArray(), "\t"u8.ToArray(), ";"u8.ToArray(), ","u8.ToArray()];
    private static readonly string[] UserNames = ["user", "userid", "uid", "useridx", "customer", "customerid"];
    private static readonly string[] MovieNames = ["movie", "movieid", "item", "itemid", "mid", "film", "filmid"];
    private static readonly string[] ValueNames = ["rating", "value", "stars", "score"];
    private static readonly string[] TimeNames = ["timestamp", "time", "ratedat", "date", "ts"];

    /// <summary>The format that fits the first line.</summary>
    /// <exception cref="InvalidDataException">The line has fewer than three fields.</exception>
    public static RatingFormat Detect(ReadOnlySpan<byte> firstLine)
    {
        if (firstLine.Contains((byte)0))
        {
            throw new InvalidDataException("This is no text file; ratings are lines of user,movie,rating[,timestamp].");
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
                return Detect(separator, fields);
            }
        }

        throw new InvalidDataException(
            "The first line has no three fields (user, movie, rating) separated by comma, tab, semicolon or '::'.");
    }

    private static RatingFormat Detect(byte[] separator, List<string> fields)
    {
        var positional = new RatingFormat(separator, 0, 1, 2, 3, HasHeader: false);
        if (fields.Take(3).Any(IsNumber))
        {
            return positional;
        }

        var names = fields.ConvertAll(Normalized);
        var (user, movie, value) = (Find(names, UserNames), Find(names, MovieNames), Find(names, ValueNames));
        if (user < 0 && movie < 0 && value < 0)
        {
            return positional with { HasHeader = true };
        }

        if (user < 0 || movie < 0 || value < 0)
        {
            throw new InvalidDataException(
                $"The header must name user, movie and rating columns; it has {Shortened(string.Join(", ", fields))}.");
        }

        var time = Find(names, TimeNames);
        return new RatingFormat(separator, user, movie, value, time < 0 ? int.MaxValue : time, HasHeader: true);
    }

    private static List<string> Split(ReadOnlySpan<byte> line, byte[] separator) =>
        [.. Encoding.Latin1.GetString(line).Split(Encoding.Latin1.GetString(separator)).Select(x => x.Trim().Trim('"'))];

    private static bool IsNumber(string field) =>
        Utf8Parser.TryParse(Encoding.Latin1.GetBytes(field), out double _, out var used) && used == field.Length;

    private static string Shortened(string header) => header.Length > MostShown ? $"{header[..MostShown]} …" : header;

    private static string Normalized(string name) =>
        new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static int Find(List<string> names, string[] known) => names.FindIndex(known.Contains);
}
