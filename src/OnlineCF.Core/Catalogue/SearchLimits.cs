namespace OnlineCF.Core.Catalogue;

/// <summary>How much a search may ask for: its cost grows with its words.</summary>
public static class SearchLimits
{
    /// <summary>Most words of a query, as <see cref="TitleWords"/> splits it.</summary>
    public const int MaxWords = 20;

    /// <summary>Most characters of a query (UTF-16).</summary>
    public const int MaxCharacters = 200;

    /// <summary>What is too much about the query, or null.</summary>
    public static string? FaultOf(string query)
    {
        // The length first: it bounds the work of counting.
        if (query.Length > MaxCharacters)
        {
            return $"must have at most {MaxCharacters} characters, has {query.Length}";
        }

        var words = TitleWords.Split(query).Count;
        return words > MaxWords ? $"must have at most {MaxWords} words, has {words}" : null;
    }
}
