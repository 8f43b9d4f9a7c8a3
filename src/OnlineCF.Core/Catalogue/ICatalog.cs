namespace OnlineCF.Core.Catalogue;

/// <summary>The movies with their titles. Every member may throw <see cref="StoreUnavailableException"/>.</summary>
public interface ICatalog
{
    /// <summary>
    /// Adds movies, or changes of those with the same id the fields that are brought, all in one durable commit; they
    /// are applied in order, so that of two with the same id the later one wins.
    /// </summary>
    /// <returns>The catalogue's version after the change: rises with every change.</returns>
    public ValueTask<long> UpsertAsync(IReadOnlyList<MovieUpdate> movies, CancellationToken cancellationToken);

    /// <summary>The movie, or null when the catalogue does not have it.</summary>
    public ValueTask<Movie?> FindAsync(long movieId, CancellationToken cancellationToken);

    /// <summary>
    /// At most <paramref name="limit"/> movies changed after <paramref name="afterVersion"/>, oldest change
    /// first, and the version reached; a caller that goes on from there sees every change.
    /// </summary>
    public ValueTask<CatalogueChanges> ReadChangesAsync(
        long afterVersion, int limit, CancellationToken cancellationToken);
}

/// <summary>A page of changed movies and the version it reaches.</summary>
public sealed record CatalogueChanges(IReadOnlyList<Movie> Movies, long Version);
