using System.Globalization;
using System.Text;

namespace OnlineCF.Cli.Output;

/// <summary>Keeps what files and servers hold from steering the terminal.</summary>
internal static class Printable
{
    /// <summary>The text with its control characters written out, as <c>\x1B</c>; ends of lines stay.</summary>
    public static string Of(string text)
    {
        if (!text.Any(IsEscaped))
        {
            return text;
        }

        var printable = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = IsEscaped(c)
                ? printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}")
                : printable.Append(c);
        }

        return printable.ToString();
    }

    private static bool IsEscaped(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');
}
