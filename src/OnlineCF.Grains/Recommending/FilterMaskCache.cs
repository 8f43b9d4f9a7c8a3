using System.Collections.Concurrent;
using OnlineCF.Grains.Replicas;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Recommending;

/// <summary>
/// Which rows of a model a filter shuts out, hidden movies included. Made once for each filter, model and
/// catalogue version; a mask handed out is never written again.
/// </summary>
public sealed class FilterMaskCache(CatalogReplica catalog)
{
    private const int Capacity = 64;

    private readonly ConcurrentDictionary<string, CachedMask> _masks = new();

    /// <summary>The mask of a filter; the filter's excluded ids are not in it.</summary>
    public MovieMask Get(ServingModel model, MovieFilter filter)
    {
        var version = catalog.Version;
        var key = KeyOf(filter);
        if (_masks.TryGetValue(key, out var cached)
            && ReferenceEquals(cached.Model, model) && cached.CatalogVersion == version)
        {
            return cached.Mask;
        }

        var mask = Make(model, filter);
        if (_masks.Count >= Capacity)
        {
            _masks.Clear();
        }

        _masks[key] = new CachedMask(model, version, mask);
        return mask;
    }

    private MovieMask Make(ServingModel model, MovieFilter filter)
    {
        var mask = new MovieMask(model.MovieCount);
        for (var row = 0; row < model.MovieCount; row++)
        {
            var movie = catalog.Get(model.MovieIdOf(row));
            if (movie.Hidden || !(filter.IsOpen || filter.Passes(movie.Genres, movie.Year)))
            {
                mask.Set(row);
            }
        }

        return mask;
    }

    private static string KeyOf(MovieFilter filter) => filter.IsOpen
        ? ""
        : $"{filter.YearFrom}-{filter.YearTo}\u001f{string.Join('\u001e', filter.GenresAny)}\u001f{string.Join('\u001e', filter.GenresNone)}";

    private sealed record CachedMask(ServingModel Model, long CatalogVersion, MovieMask Mask);
}
