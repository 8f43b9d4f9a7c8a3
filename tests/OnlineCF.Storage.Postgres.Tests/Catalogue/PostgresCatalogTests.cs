using OnlineCF.Core.Catalogue;
using OnlineCF.Storage.Postgres.Catalogue;

namespace OnlineCF.Storage.Postgres.Tests.Catalogue;

public sealed class PostgresCatalogTests(PostgresServer server) : CatalogContract, IDisposable
{
    private readonly TestStore _test = new(server);

    protected override ICatalog Catalog => new PostgresCatalog(_test.Store);

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task Ten_thousand_movies_are_taken_at_once_and_found()
    {
        await Catalog.UpsertAsync([.. Enumerable.Range(1, 10_000).Select(i => Movie(i, $"Movie {i}"))], Token);

        Assert.Equal(10_000, (await Catalog.ReadChangesAsync(0, 20_000, Token)).Movies.Count);
    }

    [Fact]
    public async Task Changes_of_two_silos_follow_each_other()
    {
        using var other = _test.OpenAnother();
        ICatalog[] catalogues = [Catalog, new PostgresCatalog(other)];
        await Task.WhenAll(Enumerable.Range(1, 200).Select(i => catalogues[i % 2].UpsertAsync([Movie(i, $"Movie {i}")], Token).AsTask()));

        var (version, seen) = (0L, new List<long>());
        for (var page = await Catalog.ReadChangesAsync(0, 7, Token); page.Movies.Count > 0; page = await Catalog.ReadChangesAsync(version, 7, Token))
        {
            Assert.Equal(version + page.Movies.Count, page.Version);
            version = page.Version;
            seen.AddRange(page.Movies.Select(movie => movie.MovieId));
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), seen.Order());
    }

    protected override void Reopen() => _test.Reopen();
}
