using System.Globalization;
using System.Text.RegularExpressions;

namespace OnlineCF.Cli.Import;

/// <summary>Cuts MovieLens titles such as "Heat (1995)" into title and year.</summary>
internal static partial class MovieTitle
{
    /// <summary>
    /// Title without year, and the year: of a range the first; 0 when there is none.
    /// </summary>
    public static (string Title, int Year) Parse(string text)
    {
        var trimmed = text.Trim();
        var match = YearAtEnd().Match(trimmed);
        return match.Success
            ? (trimmed[..match.Index].TrimEnd(), int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : (trimmed, 0);
    }

    // "(1995)", "(2005–2010)", "(1975-1979)", "(2006–)", "(1995-)"; a title that is nothing else keeps it.
    [GeneratedRegex(@"(?<=\S\s*)\(\s*(1[89]\d\d|2[01]\d\d)\s*(?:[-–—/]\s*(?:\d{2,4})?)?\s*\)$", RegexOptions.CultureInvariant)]
    private static partial Regex YearAtEnd();
}
