using OnlineCF.Core.Catalogue;

namespace OnlineCF.Grains.Tests.Recommending;

/// <summary>A catalogue in memory whose changes can be read.</summary>
internal sealed class MemoryCatalog : ICatalog
{
    private readonly List<Movie> _changes = [];

    public ValueTask<long> UpsertAsync(IReadOnlyList<MovieUpdate> movies, CancellationToken cancellationToken)
    {
        foreach (var update in movies)
        {
            _changes.Add(update.AppliedTo(_changes.LastOrDefault(movie => movie.MovieId == update.Movie.MovieId)));
        }

        return ValueTask.FromResult((long)_changes.Count);
    }

    public ValueTask<Movie?> FindAsync(long movieId, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_changes.LastOrDefault(movie => movie.MovieId == movieId));

    public ValueTask<CatalogueChanges> ReadChangesAsync(long afterVersion, int limit, CancellationToken cancellationToken)
    {
        Movie[] page = [.. _changes.Skip((int)afterVersion).Take(limit)];
        return ValueTask.FromResult(new CatalogueChanges(page, afterVersion + page.Length));
    }
}
