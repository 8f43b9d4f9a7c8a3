using System.Text;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Storage.Postgres.Catalogue;

/// <summary>Titles as PostgreSQL takes them.</summary>
internal static class TitleText
{
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
}
