using System.Globalization;
using System.Runtime.InteropServices;
using OnlineCF.Core.Catalogue;
using OnlineCF.Grains.Replicas;

namespace OnlineCF.Grains.Searching;

/// <summary>
/// Finds movies by what people remember of their titles: words in any order, the last one not finished, the year, articles
/// or not, a letter wrong, words written as one. Follows the catalogue in memory, so that it answers while the store is away,
/// and puts what many have rated first among equals. Thread-safe.
/// </summary>
public sealed class TitleIndex(CatalogReplica catalog, PopularityReplica popularity) : IDisposable
{
    private const double ExactTitle = 6;
    private const double SameBeginning = 2;
    private const double WrongLetter = 3;
    private const double UnfinishedWord = 1;
    private const int YearDigits = 4;
    private const int LeastContained = 2;

    private readonly ReaderWriterLockSlim _lock = new();
    private readonly Dictionary<string, List<int>> _titlesWith = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<int>> _titlesOf = [];
    private readonly Dictionary<long, int> _titleOf = [];
    private readonly List<IndexedTitle?> _titles = [];
    private string[] _sorted = [];
    private long _version = -1;
    private int _dead;

    /// <summary>The best matches, best first; hidden movies are left out. Any text is a valid query.</summary>
    /// <param name="query">Words of a title, and its year.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<Movie> Search(string query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        CatchUp();
        _lock.EnterReadLock();
        try
        {
            var words = SearchWords.Of(query);
            return words.Length == 0 ? Containing(query.Trim(), count) : Matching(words, count);
        }
        finally
        {
            _lock.ExitReadLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private List<Movie> Matching(string[] words, int count)
    {
        // Articles decide nothing where there is something else.
        string[] wanted = [.. words.Where(word => !SearchWords.IsArticle(word))];
        wanted = wanted.Length == 0 || SearchWords.IsArticle(words[^1]) ? words : wanted;
        foreach (var looseness in (Looseness[])[Looseness.Exact, Looseness.Unfinished, Looseness.Misspelt])
        {
            foreach (var variant in looseness == Looseness.Misspelt ? Joined(wanted).Prepend(wanted) : [wanted])
            {
                var found = Find(variant, looseness);
                if (found.Count > 0)
                {
                    return Ranked(found, SearchWords.Numbered(words), count);
                }
            }
        }

        return [];
    }

    // "spider man" may be written as one.
    private static IEnumerable<string[]> Joined(string[] words) => Enumerable.Range(0, words.Length - 1)
        .Select(i => (string[])[.. words[..i], words[i] + words[i + 1], .. words[(i + 2)..]]);

    // Titles with each of the words, and what is to be taken off for how well they fit.
    private Dictionary<int, double> Find(string[] words, Looseness looseness)
    {
        Dictionary<int, double>? found = null;
        for (var i = 0; i < words.Length && found is not { Count: 0 }; i++)
        {
            var fits = new Dictionary<int, double>();
            foreach (var (known, cost) in Alike(words[i], isLast: i == words.Length - 1, looseness))
            {
                Offer(fits, _titlesWith[known], cost, found);
            }

            if (words[i].Length == YearDigits && int.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
                && _titlesOf.TryGetValue(year, out var titles))
            {
                Offer(fits, titles, 0, found);
            }

            found = fits;
        }

        return found ?? [];
    }

    private static void Offer(Dictionary<int, double> fits, List<int> titles, double cost, Dictionary<int, double>? before)
    {
        foreach (var title in titles)
        {
            var spent = 0.0;
            if (before is null || before.TryGetValue(title, out spent))
            {
                ref var least = ref CollectionsMarshal.GetValueRefOrAddDefault(fits, title, out var known);
                least = known ? Math.Min(least, spent + cost) : spent + cost;
            }
        }
    }

    private IEnumerable<(string Word, double Cost)> Alike(string word, bool isLast, Looseness looseness)
    {
        if (_titlesWith.ContainsKey(word))
        {
            yield return (word, 0);
        }

        if (isLast || looseness > Looseness.Exact)
        {
            foreach (var longer in Beginning(word))
            {
                yield return (longer, UnfinishedWord);
            }
        }

        if (looseness != Looseness.Misspelt)
        {
            yield break;
        }

        var allowed = EditDistance.AllowedFor(word.Length);
        foreach (var known in _sorted)
        {
            var distance = allowed == 0 ? 1 : EditDistance.Of(word, known, allowed);
            if (distance <= allowed && distance > 0)
            {
                yield return (known, WrongLetter * distance);
            }
            else if (word.Length >= LeastContained && !char.IsAscii(word[0]) && known.Contains(word, StringComparison.Ordinal))
            {
                // Scripts that part no words.
                yield return (known, UnfinishedWord);
            }
        }
    }

    private IEnumerable<string> Beginning(string word)
    {
        var place = Array.BinarySearch(_sorted, word, StringComparer.Ordinal);
        for (place = place < 0 ? ~place : place + 1; place < _sorted.Length && _sorted[place].StartsWith(word, StringComparison.Ordinal); place++)
        {
            yield return _sorted[place];
        }
    }

    private List<Movie> Ranked(Dictionary<int, double> found, string[] words, int count)
    {
        var best = new PriorityQueue<(Movie Movie, double Score), (double, int, string)>(
            Comparer<(double Score, int Length, string Title)>.Create((a, b) =>
                a.Score != b.Score ? a.Score.CompareTo(b.Score)
                : a.Length != b.Length ? b.Length.CompareTo(a.Length)
                : string.CompareOrdinal(b.Title, a.Title)));
        foreach (var (index, cost) in found)
        {
            if (_titles[index] is not { } title || catalog.Find(title.MovieId) is not { Hidden: false } movie)
            {
                continue;
            }

            var score = title.Fit(words) - cost + Math.Log2(2 + popularity.Table.Of(title.MovieId).Count);
            best.Enqueue((movie, score), (score, movie.Title.Length, movie.Title));
            if (best.Count > count)
            {
                best.Dequeue();
            }
        }

        var list = new List<Movie>(best.Count);
        while (best.TryDequeue(out var next, out _))
        {
            list.Add(next.Movie);
        }

        list.Reverse();
        return list;
    }

    // Titles such as "$" or "…" have no word.
    private List<Movie> Containing(string text, int count) => text.Length == 0
        ? []
        : [.. _titles.OfType<IndexedTitle>()
            .Select(title => catalog.Find(title.MovieId))
            .OfType<Movie>()
            .Where(movie => !movie.Hidden && movie.Title.Contains(text, StringComparison.Ordinal))
            .OrderBy(movie => movie.Title.Length).ThenByDescending(movie => popularity.Table.Of(movie.MovieId).Count)
            .ThenBy(movie => movie.MovieId).Take(count)];

    private void CatchUp()
    {
        if (Volatile.Read(ref _version) == catalog.Version)
        {
            return;
        }

        _lock.EnterWriteLock();
        try
        {
            // Read before the movies: what changes meanwhile is read again next time.
            var version = catalog.Version;
            var changed = new List<long>();
            if (_version < 0 || _dead > _titleOf.Count || !catalog.Recent.TryReadSince(_version, changed))
            {
                Clear();
                changed.AddRange(catalog.MovieIds);
            }

            foreach (var movieId in changed.Distinct())
            {
                Set(catalog.Get(movieId));
            }

            _sorted = [.. _titlesWith.Keys];
            Array.Sort(_sorted, StringComparer.Ordinal);
            Volatile.Write(ref _version, version);
        }
        finally
        {
            _lock.ExitWriteLock();
        }
    }

    private void Clear()
    {
        _titlesWith.Clear();
        _titlesOf.Clear();
        _titleOf.Clear();
        _titles.Clear();
        _dead = 0;
    }

    private void Set(Movie movie)
    {
        if (_titleOf.TryGetValue(movie.MovieId, out var old))
        {
            if (_titles[old] is { } title && title.Text == movie.Title && title.Year == movie.Year)
            {
                return;
            }

            _titles[old] = null;
            _dead++;
        }

        var words = SearchWords.Of(movie.Title);
        var index = _titles.Count;
        _titles.Add(new IndexedTitle(movie.MovieId, movie.Title, movie.Year, SearchWords.Numbered(words)));
        _titleOf[movie.MovieId] = index;
        foreach (var word in SearchWords.Keys(words))
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_titlesWith, word, out _) ??= []).Add(index);
        }

        if (movie.Year != 0)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_titlesOf, movie.Year, out _) ??= []).Add(index);
        }
    }

    private enum Looseness
    {
        // The last word may be a beginning.
        Exact,

        // Each word may be one.
        Unfinished,

        // Letters may be wrong.
        Misspelt,
    }

    private sealed record IndexedTitle(long MovieId, string Text, int Year, string[] Words)
    {
        // How well the title as a whole fits the query, whatever its words are worth.
        public double Fit(string[] query)
        {
            string[] own = [.. Words.Where(word => !SearchWords.IsArticle(word))];
            string[] asked = [.. query.Where(word => !SearchWords.IsArticle(word))];
            var year = Year == 0 ? "" : Year.ToString(CultureInfo.InvariantCulture);
            if (asked.Length > own.Length && asked[^1] == year)
            {
                asked = asked[..^1];
            }

            return own.AsSpan().SequenceEqual(asked) || string.Concat(own) == string.Concat(asked) ? ExactTitle + SameBeginning
                : own.Length > asked.Length && own.AsSpan(0, asked.Length).SequenceEqual(asked) ? SameBeginning
                : 0;
        }
    }
}
