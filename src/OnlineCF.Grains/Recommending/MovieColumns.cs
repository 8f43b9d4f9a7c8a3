using OnlineCF.Core.Catalogue;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>What filters look at, six bytes a row of one snapshot's models. Not thread-safe.</summary>
internal sealed class MovieColumns
{
    // The place of a set's number that says "never in a list".
    private const int HiddenSet = -1;

    private readonly GenreSets _sets = new();
    private int[] _genreSets = [];
    private short[] _years = [];
    private int _hidden;

    /// <summary>How many rows there are; those that are new must be written with <see cref="Set"/> at once.</summary>
    public int Count
    {
        get;
        set
        {
            if (value > _years.Length)
            {
                var capacity = field == 0 ? value : Math.Max(value, field + (field / 4));
                Array.Resize(ref _genreSets, capacity);
                Array.Resize(ref _years, capacity);
            }

            field = value;
        }
    }

    /// <summary>Whether any movie is hidden.</summary>
    public bool AnyHidden => _hidden > 0;

    /// <summary>Writes what the catalogue says of a row's movie.</summary>
    public void Set(int row, Movie movie)
    {
        _hidden += (movie.Hidden ? 1 : 0) - (_genreSets[row] == HiddenSet ? 1 : 0);
        _genreSets[row] = movie.Hidden ? HiddenSet : _sets.NumberOf(movie.Genres);
        _years[row] = (short)Math.Clamp(movie.Year, 0, short.MaxValue);
    }

    /// <summary>What tells two filters apart that shut out other rows.</summary>
    public FilterKey KeyOf(MovieFilter filter) => new(
        filter.GenresAny.Length > 0 ? _sets.BitsOf(filter.GenresAny) : null, _sets.BitsOf(filter.GenresNone),
        filter.YearFrom, filter.YearTo);

    /// <summary>Puts the rows from <paramref name="first"/> on that a filter shuts out into a mask.</summary>
    public void Fill(MovieMask mask, int first, MovieFilter filter)
    {
        var key = KeyOf(filter);
        var passes = new bool[_sets.Count];
        for (var set = 0; set < passes.Length; set++)
        {
            passes[set] = (key.Any is null || _sets.Shares(set, key.Any)) && !_sets.Shares(set, key.None);
        }

        for (var row = first; row < Count; row++)
        {
            var set = _genreSets[row];
            if (set == HiddenSet || !passes[set] || !filter.Spans(_years[row]))
            {
                mask.Set(row);
            }
        }
    }
}

/// <summary>A filter as the catalogue's numbers say it.</summary>
/// <param name="Any">Genres of which one must be; null when the filter names none.</param>
/// <param name="None">Genres of which none may be.</param>
/// <param name="YearFrom">Inclusive; 0 is open.</param>
/// <param name="YearTo">Inclusive; 0 is open.</param>
internal readonly record struct FilterKey(ulong[]? Any, ulong[] None, int YearFrom, int YearTo)
{
    private static readonly GenreSets.BitsComparer Bits = new();

    /// <summary>Whether it shuts out the same rows.</summary>
    public bool Equals(FilterKey other) =>
        YearFrom == other.YearFrom && YearTo == other.YearTo && (Any is null) == (other.Any is null)
        && Bits.Equals(Any, other.Any) && Bits.Equals(None, other.None);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Any is null ? 0 : Bits.GetHashCode(Any), Bits.GetHashCode(None), YearFrom, YearTo);
}
