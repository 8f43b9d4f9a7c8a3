using OnlineCF.Core.Access;
using OnlineCF.Storage.Sqlite.Access;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Access;

public sealed class SqliteKeyStoreTests : KeyStoreContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private SqliteStore _store;

    public SqliteKeyStoreTests() => _store = SqliteStore.Open(_folder.Path);

    protected override IKeyStore Keys => new SqliteKeyStore(_store);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    protected override void Reopen()
    {
        _store.Dispose();
        _store = SqliteStore.Open(_folder.Path);
    }
}
