using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Grains.Searching;

/// <summary>
/// Words of titles and queries as they are compared: lower case, without accents and apostrophes, with letters such as ß and
/// ł in their plain form and "&amp;" as "and".
/// </summary>
internal static class SearchWords
{
    private static readonly FrozenDictionary<char, string> PlainLetters = new Dictionary<char, string>(AccentedLetters.All)
    {
        ['ß'] = "ss",
        ['ł'] = "l",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['þ'] = "th",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ı'] = "i",
        ['ħ'] = "h",
        ['ŋ'] = "n",
        ['&'] = " and ",
        ['³'] = " 3 ",
        ['²'] = " 2 ",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> Numerals = new[]
    {
        "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx",
    }.Select((numeral, i) => (numeral, Number: (i + 2).ToString(CultureInfo.InvariantCulture))).ToFrozenDictionary(x => x.numeral, x => x.Number);

    private static readonly FrozenDictionary<string, string> Romans = Numerals.ToFrozenDictionary(x => x.Value, x => x.Key);

    private static readonly FrozenSet<string> ArticleWords =
        new[] { "the", "a", "an", "le", "la", "les", "l", "der", "die", "das", "el", "il", "lo", "los", "las" }.ToFrozenSet();

    /// <summary>Whether a word may be left out of a title without anybody missing it.</summary>
    public static bool IsArticle(string word) => ArticleWords.Contains(word);

    /// <summary>The words in order, the last one last even where it occurred before.</summary>
    public static string[] Of(string text) => [.. TitleWords.Split(Folded(text))];

    /// <summary>The words with Roman numerals from two to twenty as numbers; a single v or x is one at the end only, as in "Rocky V".</summary>
    public static string[] Numbered(string[] words) =>
    [
        .. words.Select((word, i) => Numerals.TryGetValue(word, out var number) && (word.Length > 1 || (i > 0 && i == words.Length - 1))
            ? number
            : word),
    ];

    /// <summary>What a title may be found by: its words, its numerals as numbers and its numbers as numerals, and neighbours written as one.</summary>
    public static IEnumerable<string> Keys(string[] words) => words
        .Concat(Numbered(words))
        .Concat(words.Where(Romans.ContainsKey).Select(word => Romans[word]))
        .Concat(words.Zip(words.Skip(1), (one, next) => one + next))
        .Distinct();

    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var lower = char.ToLowerInvariant(character);
            if (PlainLetters.TryGetValue(lower, out var plain))
            {
                folded.Append(plain);
            }
            else if (character is not ('\'' or '’' or '‘' or '`') && !AccentedLetters.IsMark(character))
            {
                folded.Append(lower);
            }
        }

        return folded.ToString();
    }
}
