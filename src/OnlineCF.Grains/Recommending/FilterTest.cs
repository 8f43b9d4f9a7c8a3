using OnlineCF.Core.Catalogue;

namespace OnlineCF.Grains.Recommending;

/// <summary>A filter made ready to look at many movies one by one.</summary>
internal sealed class FilterTest
{
    private readonly MovieFilter _filter;
    private readonly HashSet<string> _any;
    private readonly HashSet<string> _none;
    private readonly HashSet<long> _excluded;

    public FilterTest(MovieFilter filter)
    {
        _filter = filter;
        _any = new HashSet<string>(filter.GenresAny, StringComparer.OrdinalIgnoreCase);
        _none = new HashSet<string>(filter.GenresNone, StringComparer.OrdinalIgnoreCase);
        _excluded = [.. filter.ExcludeMovieIds];
    }

    /// <summary>Whether the movie may be in a list: not hidden, not excluded, of the genres and years asked for.</summary>
    public bool Passes(Movie movie) =>
        !movie.Hidden
        && _filter.Spans(movie.Year)
        && (_any.Count == 0 || Shares(_any, movie.Genres))
        && (_none.Count == 0 || !Shares(_none, movie.Genres))
        && !_excluded.Contains(movie.MovieId);

    private static bool Shares(HashSet<string> wanted, IReadOnlyList<string> genres)
    {
        for (var i = 0; i < genres.Count; i++)
        {
            if (wanted.Contains(genres[i]))
            {
                return true;
            }
        }

        return false;
    }
}
