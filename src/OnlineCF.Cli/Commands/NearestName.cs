namespace OnlineCF.Cli.Commands;

/// <summary>Finds the name that somebody meant who mistyped it.</summary>
internal static class NearestName
{
    private const int LettersPerSlip = 3;
    private const int ShortestBeginning = 3;

    /// <summary>The name nearest to the typed one; null where none is near.</summary>
    public static string? Of(string typed, IEnumerable<string> names)
    {
        var word = typed.TrimStart('-').ToLowerInvariant();
        return names
            .Select(name => (Name: name, Slips: Slips(word, name.TrimStart('-'))))
            .Where(x => x.Slips <= Math.Max(1, word.Length / LettersPerSlip))
            .OrderBy(x => x.Slips)
            .Select(x => x.Name)
            .FirstOrDefault();
    }

    private static int Slips(string word, string name)
    {
        var isBeginning = word.Length >= ShortestBeginning && name.Length >= ShortestBeginning
            && (name.StartsWith(word, StringComparison.Ordinal) || word.StartsWith(name, StringComparison.Ordinal));
        return isBeginning ? 1 : Distance(word, name);
    }

    // Letters left out, added, changed, or swapped with their neighbour (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var slips = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                slips[i, j] = i == 0 || j == 0 ? i + j : Math.Min(
                    Math.Min(slips[i - 1, j], slips[i, j - 1]) + 1, slips[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
                }
            }
        }

        return slips[a.Length, b.Length];
    }
}
