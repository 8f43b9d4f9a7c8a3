using System.Text.RegularExpressions;

namespace OnlineCF.Cli.Output;

/// <summary>Titles as people write them: "Matrix, The" is "The Matrix". Catalogues keep the article behind, to sort by.</summary>
internal static partial class ReadableTitle
{
    /// <summary>The title with its article in front, in it and in what stands in brackets behind it.</summary>
    public static string Of(string title) => Article().Replace(title, match =>
    {
        var (text, article) = (match.Groups["text"].Value, match.Groups["article"].Value);
        return article.EndsWith('\'') ? article + text : $"{article} {text}";
    });

    // Up to a bracket, or within one; "a.k.a." is no part of a title.
    [GeneratedRegex(
        @"(?<=^|\((?:a\.k\.a\. )?)(?<text>[^()]+), (?<article>The|A|An|L'|Le|La|Les|Un|Une|Der|Die|Das|Ein|Eine|El|Los|Las|Il|Lo|I|Gli|De|Het|Den|Det|O|Os)(?= \(|\)|$)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Article();
}
