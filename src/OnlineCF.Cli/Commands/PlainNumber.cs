using System.Globalization;
using System.Numerics;

namespace OnlineCF.Cli.Commands;

/// <summary>
/// Reads numbers as programs write them: a point before the decimals, whatever the machine's language, and nothing
/// between thousands; the whole text, or it is no number.
/// </summary>
internal static class PlainNumber
{
    private const NumberStyles Whole = NumberStyles.AllowLeadingSign;

    private const NumberStyles Decimal =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Whether the type holds whole numbers only.</summary>
    public static bool IsWhole<T>()
        where T : struct, INumber<T> => T.CreateTruncating(0.5) == T.Zero;

    /// <summary>The number; false for another text, and for NaN.</summary>
    public static bool TryParse<T>(string text, out T number)
        where T : struct, INumber<T> =>
        T.TryParse(text, IsWhole<T>() ? Whole : Decimal, CultureInfo.InvariantCulture, out number) && !T.IsNaN(number);
}
