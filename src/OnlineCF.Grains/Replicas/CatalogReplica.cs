using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OnlineCF.Core;
using OnlineCF.Core.Catalogue;

namespace OnlineCF.Grains.Replicas;

/// <summary>The whole catalogue in memory, for filters and titles; follows the store's changes.</summary>
public sealed class CatalogReplica(ICatalog catalog, TimeProvider time, ILogger<CatalogReplica> logger)
    : PollingReplica("catalogue", "titles may be old", TimeSpan.FromSeconds(1), time, logger),
        ILifecycleParticipant<ISiloLifecycle>
{
    private const int MoviesPerRead = 10_000;
    private const int RecentChanges = 20_000;

    private readonly TimeProvider _time = time;
    private readonly ConcurrentDictionary<long, Movie> _movies = new();
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ChangeSignal _changed = new();
    private long _version;
    private int _newestYear;

    /// <summary>Rises with every change.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>The latest year of a movie that has come out, or comes next year; 0 without any.</summary>
    public int NewestYear => Volatile.Read(ref _newestYear);

    /// <summary>Completes when the catalogue changes after this call.</summary>
    public Task Changed => _changed.Next;

    /// <summary>What changed last; noted before <see cref="Version"/> says so.</summary>
    public RecentMovies Recent { get; } = new(RecentChanges);

    /// <summary>All movies, in no order.</summary>
    public IEnumerable<long> MovieIds => _movies.Keys;

    /// <summary>The movie; without title, year and genres when the catalogue does not have it.</summary>
    public Movie Get(long movieId) => Find(movieId) ?? new Movie(movieId, "", 0, [], false);

    /// <summary>The movie, or null.</summary>
    public Movie? Find(long movieId) => _movies.GetValueOrDefault(movieId);

    /// <summary>Reads what has changed in the store.</summary>
    /// <exception cref="StoreUnavailableException">The store is away.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            var known = _version;
            CatalogueChanges changes;
            do
            {
                changes = await catalog.ReadChangesAsync(_version, MoviesPerRead, cancellationToken);
                foreach (var movie in changes.Movies)
                {
                    _movies[movie.MovieId] = movie;
                    if (movie.Year > _newestYear && movie.Year <= _time.GetUtcNow().Year + 1 && !movie.Hidden)
                    {
                        Volatile.Write(ref _newestYear, movie.Year);
                    }
                }

                Recent.Add(changes.Version, changes.Movies.Select(movie => movie.MovieId));
                Volatile.Write(ref _version, changes.Version);
            }
            while (changes.Movies.Count > 0);

            if (_version != known)
            {
                _changed.Raise();
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Loads before the silo takes calls: one that joins hides what is hidden.</remarks>
    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe<CatalogReplica>(ServiceLifecycleStage.ApplicationServices, RefreshAsync);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override Task PollAsync(CancellationToken cancellationToken) => RefreshAsync(cancellationToken);
}
