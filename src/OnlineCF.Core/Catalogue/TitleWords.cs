using System.Globalization;
using System.Text;

namespace OnlineCF.Core.Catalogue;

/// <summary>
/// Splits titles and queries into words as the full-text index does: runs of letters, digits, and the marks
/// that may follow a letter.
/// </summary>
public static class TitleWords
{
    /// <summary>The distinct words in order, the last one last even where it occurred before.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                word.Append(rune.ToString());
            }
            else
            {
                Flush(word, words);
            }
        }

        Flush(word, words);
        words.Reverse();
        var distinct = words.Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        distinct.Reverse();
        return distinct;
    }

    private static void Flush(StringBuilder word, List<string> words)
    {
        if (word.Length > 0)
        {
            words.Add(word.ToString());
            word.Clear();
        }
    }

    private static bool IsOfWord(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => true,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => true,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => true,
        UnicodeCategory.PrivateUse => true,
        _ => false,
    };
}
