using OnlineCF.Core.Catalogue;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Catalogue;

public sealed class SqliteCatalogTests : CatalogContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private SqliteStore _store;

    public SqliteCatalogTests() => _store = SqliteStore.Open(_folder.Path);

    protected override ICatalog Catalog => new SqliteCatalog(_store);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ten_thousand_movies_are_one_commit()
    {
        var before = _store.Commits;

        await Catalog.UpsertAsync([.. Enumerable.Range(1, 10_000).Select(i => Movie(i, $"Movie {i}"))], Token);

        Assert.Equal(1, _store.Commits - before);
        Assert.Equal(10_000, (await Catalog.ReadChangesAsync(0, 20_000, Token)).Movies.Count);
    }

    protected override void Reopen()
    {
        _store.Dispose();
        _store = SqliteStore.Open(_folder.Path);
    }
}
