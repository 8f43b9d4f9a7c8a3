using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>Parses one line of ratings; pure.</summary>
internal static class RatingLine
{
    private const double MicrosPerSecond = 1e6;

    // Seconds beyond this are in the year 5138; such numbers are milliseconds.
    private const double LargestSeconds = 1e11;

    /// <summary>Reads the line; on failure the reason says which field is wrong.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> line, RatingFormat format, long lineNumber, out ParsedRating rating, out string reason)
    {
        rating = default;
        if (!TryField(line, format.Separator, format.User, out var user)
            || !TryField(line, format.Separator, format.Movie, out var movie)
            || !TryField(line, format.Separator, format.Value, out var value))
        {
            reason = "fewer fields than user, movie, rating";
            return false;
        }

        if (!TryNumber(user, out long userId))
        {
            reason = $"user '{Show(user)}' is not a whole number";
            return false;
        }

        if (!TryNumber(movie, out long movieId))
        {
            reason = $"movie '{Show(movie)}' is not a whole number";
            return false;
        }

        if (!Utf8Parser.TryParse(value, out float stars, out var used) || used != value.Length)
        {
            reason = $"rating '{Show(value)}' is not a number";
            return false;
        }

        long? micros = null;
        if (TryField(line, format.Separator, format.Time, out var time) && time.Length > 0)
        {
            if (!TryTime(time, out var parsed))
            {
                reason = $"timestamp '{Show(time)}' is neither seconds since 1970 nor an ISO 8601 date";
                return false;
            }

            micros = parsed;
        }

        rating = new ParsedRating(userId, movieId, stars, micros, lineNumber);
        reason = "";
        return true;
    }

    private static bool TryField(ReadOnlySpan<byte> line, byte[] separator, int index, out ReadOnlySpan<byte> field)
    {
        field = default;
        for (var i = 0; i < index; i++)
        {
            var next = EndOfField(line, separator);
            if (next == line.Length)
            {
                return false;
            }

            line = line[(next + separator.Length)..];
        }

        field = line[..EndOfField(line, separator)].Trim(" \t"u8);
        if (field.Length > 1 && field[0] == '"' && field[^1] == '"')
        {
            field = field[1..^1].Trim(" \t"u8);
        }

        return true;
    }

    // A field in quotes may hold the separator: "3,5" is one field, and no number.
    private static int EndOfField(ReadOnlySpan<byte> line, byte[] separator)
    {
        var start = Math.Max(0, line.IndexOfAnyExcept((byte)' '));
        while (start < line.Length && line[start] == '"')
        {
            var closing = line[(start + 1)..].IndexOf((byte)'"');
            if (closing < 0)
            {
                break;
            }

            start += closing + 2;
        }

        var end = line[start..].IndexOf(separator);
        return end < 0 ? line.Length : start + end;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long number) =>
        Utf8Parser.TryParse(text, out number, out var used) && used == text.Length;

    private static bool TryTime(ReadOnlySpan<byte> text, out long micros)
    {
        if (TryNumber(text, out var whole) && Math.Abs((double)whole) < LargestSeconds)
        {
            micros = whole * (long)MicrosPerSecond;
            return true;
        }

        if (Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length)
        {
            var seconds = Math.Abs(number) < LargestSeconds ? number : number / 1000;
            micros = (long)Math.Round(seconds * MicrosPerSecond);
            return Math.Abs(seconds) < LargestSeconds;
        }

        var parsed = DateTimeOffset.TryParse(
            Encoding.Latin1.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date);
        micros = parsed ? (date - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : 0;
        return parsed;
    }

    private static string Show(ReadOnlySpan<byte> field) =>
        MovieLensText.Encoding.GetString(field.Length > 40 ? field[..40] : field);
}
