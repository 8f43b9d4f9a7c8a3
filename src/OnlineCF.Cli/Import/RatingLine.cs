using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OnlineCF.Cli.Import;

/// <summary>Parses one line of ratings; pure.</summary>
internal static class RatingLine
{
    private const double MicrosPerSecond = 1e6;

    // Seconds beyond this are in the year 5138; such numbers are milliseconds, beyond theirs microseconds, and so on.
    private const double LargestSeconds = 1e11;
    private const double Thousand = 1000;

    // 20200101 is a day rather than a moment of August 1970.
    private const long FirstDay = 1900_01_01;
    private const long LastDay = 2099_12_31;

    /// <summary>Reads the line; on failure the reason says which field is wrong.</summary>
    /// <param name="line">The line.</param>
    /// <param name="format">Where its fields are.</param>
    /// <param name="rules">What was said of the file.</param>
    /// <param name="movieOfBlock">The movie, where lines do not say it.</param>
    /// <param name="lineNumber">Its number.</param>
    /// <param name="rating">What it says.</param>
    /// <param name="reason">Why it says nothing.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> line, RatingFormat format, RatingRules rules, long movieOfBlock, long lineNumber,
        out ParsedRating rating, out string reason)
    {
        rating = default;
        ReadOnlySpan<byte> movie = default;
        ReadOnlySpan<byte> user = default;
        if ((format.User >= 0 && !TryField(line, format.Separator, format.User, out user))
            || (!format.HasMovieBlocks && !TryField(line, format.Separator, format.Movie, out movie))
            || !TryField(line, format.Separator, format.Value, out var value))
        {
            reason = "fewer fields than user, movie, rating";
            return false;
        }

        var userId = rules.User ?? 0;
        if (format.User >= 0 && !TryId(user, rules.TextIds, isMovie: false, out userId))
        {
            reason = $"user '{Show(user)}' is not a whole number";
            return false;
        }

        var movieId = movieOfBlock;
        if (!format.HasMovieBlocks && !TryId(movie, rules.TextIds, isMovie: true, out movieId))
        {
            reason = $"movie '{Show(movie)}' is not a whole number";
            return false;
        }

        if (!TryValue(value, format, out var stars))
        {
            reason = $"rating '{Show(value)}' is not a number";
            return false;
        }

        if (rules.Scale is { } scale)
        {
            if (scale.StarsOf(stars) is not { } scaled)
            {
                reason = $"rating '{Show(value)}' is not on the scale {scale}";
                return false;
            }

            stars = scaled;
        }

        long? micros = null;
        if (TryField(line, format.Separator, format.Time, out var time) && time.Length > 0)
        {
            if (!TryTime(time, rules.DateFormats, out var parsed))
            {
                reason = $"timestamp '{Show(time)}' is neither seconds since 1970 nor an ISO 8601 date; --date-format says how dates are written";
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

    // 711.0 is 711.
    private static bool TryId(ReadOnlySpan<byte> text, TextIds? names, bool isMovie, out long id)
    {
        var end = text.IndexOf((byte)'.');
        var whole = end > 0 && end < text.Length - 1 && !text[(end + 1)..].ContainsAnyExcept((byte)'0') ? text[..end] : text;
        if (names is null)
        {
            return TryNumber(whole, out id);
        }

        id = text.IsEmpty ? 0 : names.Of(text, isMovie);
        return !text.IsEmpty;
    }

    private static bool TryValue(ReadOnlySpan<byte> text, RatingFormat format, out float value)
    {
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
        {
            return true;
        }

        var comma = text.IndexOf((byte)',');
        if (!format.HasDecimalCommas || comma <= 0 || text.Length > 16)
        {
            return false;
        }

        Span<byte> pointed = stackalloc byte[text.Length];
        text.CopyTo(pointed);
        pointed[comma] = (byte)'.';
        return Utf8Parser.TryParse(pointed, out value, out used) && used == text.Length;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, string[] formats, out long micros)
    {
        micros = 0;
        if (formats.Length > 0)
        {
            return DateTimeOffset.TryParseExact(
                Encoding.Latin1.GetString(text), formats, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces, out var exact) && Set(exact, out micros);
        }

        if (TryNumber(text, out var whole))
        {
            if (text.Length == 8 && whole is >= FirstDay and <= LastDay)
            {
                return false;
            }

            // Seconds, milliseconds, microseconds or nanoseconds.
            var (factor, divisor) = Math.Abs((double)whole) switch
            {
                < LargestSeconds => ((long)MicrosPerSecond, 1L),
                < LargestSeconds * Thousand => (1000L, 1L),
                < LargestSeconds * Thousand * Thousand => (1L, 1L),
                _ => (1L, 1000L),
            };
            micros = whole * factor / divisor;
            return true;
        }

        if (Utf8Parser.TryParse(text, out double number, out var used) && used == text.Length)
        {
            var seconds = Math.Abs(number) < LargestSeconds ? number : number / Thousand;
            micros = (long)Math.Round(seconds * MicrosPerSecond);
            return Math.Abs(seconds) < LargestSeconds;
        }

        // A date begins with its year; a time of day, a date of another order or a name of a month do not.
        text = text.EndsWith(" UTC"u8) ? text[..^" UTC".Length] : text;
        return text.Length >= 10 && text[4] == '-' && text[7] == '-'
            && DateTimeOffset.TryParse(
                Encoding.Latin1.GetString(text), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            && Set(date, out micros);
    }

    private static bool Set(DateTimeOffset date, out long micros)
    {
        micros = (date - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return true;
    }

    private static string Show(ReadOnlySpan<byte> field) =>
        MovieLensText.Encoding.GetString(field.Length > 40 ? field[..40] : field);
}
