using System.Text;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Storage.Postgres.Catalogue;

/// <summary>Titles and queries as PostgreSQL takes them.</summary>
internal static class TitleText
{
    // A lexeme has at most 2,046 bytes, and a letter up to nine of them when it is taken apart.
    private const int MaxWordCharacters = 200;

    private const char Escape = '\u0001';
    private const char EscapedNul = '0';

    /// <summary>The text without what PostgreSQL cannot store: NUL is written as two others, half of a pair is replaced.</summary>
    public static string Stored(string text)
    {
        var stored = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                0 => stored.Append(Escape).Append(EscapedNul),
                Escape => stored.Append(Escape).Append(Escape),
                _ => stored.Append(rune.ToString()),
            };
        }

        return stored.ToString();
    }

    /// <summary>The text that was stored.</summary>
    public static string Original(string stored)
    {
        if (!stored.Contains(Escape, StringComparison.Ordinal))
        {
            return stored;
        }

        var text = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            text.Append(stored[i] != Escape ? stored[i] : stored[++i] == EscapedNul ? '\0' : Escape);
        }

        return text.ToString();
    }

    /// <summary>
    /// The words in lower case and without the marks that stand alone. Those that are one character with their letter
    /// go in the database, which can take it apart.
    /// </summary>
    public static IReadOnlyList<string> Words(string text) =>
    [
        .. TitleWords.Split(text)
            .Select(word => string.Concat(word.Where(character => character is < '\u0300' or > '\u036F')).ToLowerInvariant())
            .Select(word => word.Length > MaxWordCharacters ? Cut(word) : word)
            .Where(word => word.Length > 0),
    ];

    /// <summary>All of the words, the last one as a prefix, as a tsquery. A word has no character that it would have to escape.</summary>
    public static string Expression(IReadOnlyList<string> words) => $"'{string.Join("' & '", words)}':*";

    private static string Cut(string word) =>
        word[..(char.IsHighSurrogate(word[MaxWordCharacters - 1]) ? MaxWordCharacters - 1 : MaxWordCharacters)];
}
