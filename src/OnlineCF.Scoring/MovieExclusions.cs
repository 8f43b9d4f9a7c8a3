namespace OnlineCF.Scoring;

/// <summary>
/// The movies that one list leaves out, where they are: what many lists share as a mask, what is this one's as ids.
/// Nothing is copied for a list, and only movies that would get into it are looked up.
/// </summary>
/// <param name="mask">Rows to leave out, or null.</param>
/// <param name="rated">Movies to leave out, by rising id.</param>
/// <param name="unwanted">More of them, by rising id.</param>
public readonly ref struct MovieExclusions(MovieMask? mask, ReadOnlySpan<long> rated, ReadOnlySpan<long> unwanted)
{
    private readonly MovieMask? _mask = mask;
    private readonly ReadOnlySpan<long> _rated = rated;
    private readonly ReadOnlySpan<long> _unwanted = unwanted;

    /// <summary>A mask alone, or nothing.</summary>
    public static implicit operator MovieExclusions(MovieMask? mask) => new(mask, [], []);

    /// <summary>Whether the mask alone leaves the row out.</summary>
    public bool IsMasked(int row) => _mask is not null && _mask.Contains(row);

    /// <summary>Whether the row is left out.</summary>
    public bool Contains(ServingModel model, int row)
    {
        if (IsMasked(row))
        {
            return true;
        }

        if (_rated.IsEmpty && _unwanted.IsEmpty)
        {
            return false;
        }

        var movieId = model.MovieIdOf(row);
        return _rated.BinarySearch(movieId) >= 0 || _unwanted.BinarySearch(movieId) >= 0;
    }
}
