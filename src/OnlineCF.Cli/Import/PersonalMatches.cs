using OnlineCF.Cli.Commands;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>Finds the films of one person's export in the server's catalogue, by title and year.</summary>
internal sealed class PersonalMatches(CatalogService.CatalogServiceClient catalogue)
{
    private const int MostHits = 50;
    private const int MostWords = 20;
    private const int MostCharacters = 200;
    private static readonly string[] Articles = ["the", "a", "an", "der", "die", "das", "le", "la", "les", "el", "il"];

    /// <summary>The movie of that title and year; null where there is none, or more than one.</summary>
    public async Task<long?> FindAsync(PersonalRating rating, CancellationToken cancellationToken)
    {
        var words = WordsOf(rating.Title);
        var query = string.Join(' ', words.Take(MostWords));
        if (query.Length == 0)
        {
            return null;
        }

        var answer = await catalogue.SearchMoviesAsync(
            new SearchMoviesRequest { Query = query[..Math.Min(query.Length, MostCharacters)], Count = MostHits },
            ServerConnection.Unary(cancellationToken));
        var found = answer.Movies
            .Where(movie => (rating.Year == 0 || movie.Year == rating.Year) && WordsOf(movie.Title).SequenceEqual(words)).ToList();
        return found.Count == 1 ? found[0].MovieId : null;
    }

    // In the order of "The Good, the Bad": an article at the end stands at the beginning, and there it does not count.
    private static string[] WordsOf(string title)
    {
        string[] words = [.. new string([.. title.Select(c => char.IsLetterOrDigit(c) || c == '\'' ? char.ToLowerInvariant(c) : ' ')])
            .Replace("'", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        var cut = title.LastIndexOf(',');
        words = cut > 0 && words.Length > 1 && Articles.Contains(title[(cut + 1)..].Trim().ToLowerInvariant()) ? words[..^1] : words;
        return words.Length > 1 && Articles.Contains(words[0]) ? words[1..] : words;
    }
}
