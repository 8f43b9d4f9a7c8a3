using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Movies;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Replicas;
using OnlineCF.Grains.Streams;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Tests.Recommending;

/// <summary>An engine over a catalogue in memory, without a silo, and seeded models for it.</summary>
internal sealed class EngineBench : IDisposable
{
    private static readonly string[] Genres = ["Action", "Comedy", "Drama", "Horror", "Noir"];

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OnlineCFInstruments _instruments;
    private readonly MemoryCatalog _store = new();

    public EngineBench()
    {
        _instruments = new OnlineCFInstruments(_services.GetRequiredService<IMeterFactory>(), TimeProvider.System);
        Catalog = new CatalogReplica(_store, TimeProvider.System, NullLogger<CatalogReplica>.Instance);
        Masks = new FilterMasks(Catalog);
        Popularity = new PopularityReplica(
            null!, null!, _instruments, TimeProvider.System, NullLogger<PopularityReplica>.Instance);
        Engine = new RecommendationEngine(Catalog, Popularity, Masks, _instruments, TimeProvider.System);
    }

    public CatalogReplica Catalog { get; }

    public FilterMasks Masks { get; }

    public PopularityReplica Popularity { get; }

    public RecommendationEngine Engine { get; }

    public OnlineCFInstruments Instruments => _instruments;

    /// <summary>A snapshot of movies 1 to <paramref name="movies"/>.</summary>
    public static FactorSnapshot Snapshot(int seed, int movies, int dimension = 8, int users = 0)
    {
        var random = new Random(seed);
        return new()
        {
            Version = seed,
            TrainedSequence = 1,
            TrainedAt = DateTimeOffset.UnixEpoch,
            GlobalMean = 3.5f,
            FoldIn = new FoldInParameters(),
            Movies = Table(movies),
            Users = Table(users),
        };

        FactorTable Table(int rows) => new(
            dimension, [.. Enumerable.Range(1, rows).Select(id => (long)id)], [.. Enumerable.Repeat(3, rows)], new float[rows],
            Factors(rows), Factors(rows));

        float[] Factors(int rows)
        {
            var stride = FactorTable.StrideOf(dimension);
            return [.. Enumerable.Range(0, rows * stride).Select(i => i % stride < dimension ? random.NextSingle() - 0.4f : 0)];
        }
    }

    /// <summary>Vectors of a movie to be folded in.</summary>
    public static MovieVectors Vectors(Random random, int stride) => new(0.1f, Floats(random, stride), Floats(random, stride));

    /// <summary>Ratings of distinct movies among 1 to <paramref name="movies"/>.</summary>
    public static RatedMovies Ratings(Random random, int movies, int count)
    {
        long[] ids = [.. Enumerable.Range(1, movies).Select(id => (long)id)];
        random.Shuffle(ids);
        ids = [.. ids.Take(count).Order()];
        return new RatedMovies(
            ids, [.. ids.Select(_ => random.Next(1, 11) / 2f)], [.. ids.Select(_ => (long)random.Next(1000))], count);
    }

    /// <summary>A movie that was liked so often, today.</summary>
    public static RatedMovie LikedMovie(long movieId, int liked) => new(
        movieId, new MovieStatistics(liked + 1, liked, (liked * 5) + 1, Math.Log2(liked), Math.Log2(liked), Math.Log2(liked)));

    public static Movie RandomMovie(Random random, long movieId) => new(
        movieId, $"Movie {movieId}", random.Next(5) == 0 ? 0 : random.Next(1960, 1970),
        [.. Genres.Where(_ => random.Next(3) == 0).Select(genre => random.Next(2) == 0 ? genre : genre.ToUpperInvariant())],
        random.Next(10) == 0);

    public static MovieFilter RandomFilter(Random random) => new(
        [.. Genres.Append("Unheard of").Where(_ => random.Next(3) == 0)],
        [.. Genres.Append("Unheard of").Where(_ => random.Next(5) == 0).Select(genre => genre.ToLowerInvariant())],
        random.Next(2) == 0 ? 0 : random.Next(1960, 1970), random.Next(2) == 0 ? 0 : random.Next(1960, 1970), []);

    /// <summary>Changes the catalogue and lets the replica follow.</summary>
    public async Task UpsertAsync(params Movie[] movies)
    {
        await _store.UpsertAsync([.. movies], TestContext.Current.CancellationToken);
        await Catalog.RefreshAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Catalog.Dispose();
        Popularity.Dispose();
        _instruments.Dispose();
        _services.Dispose();
    }

    private static float[] Floats(Random random, int stride) =>
        [.. Enumerable.Range(0, stride).Select(_ => random.NextSingle() - 0.5f)];
}
