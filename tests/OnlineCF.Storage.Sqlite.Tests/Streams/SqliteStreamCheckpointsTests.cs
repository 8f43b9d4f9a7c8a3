using OnlineCF.Core.Streams;
using OnlineCF.Storage.Sqlite.Streams;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Streams;

public sealed class SqliteStreamCheckpointsTests : StreamCheckpointsContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private SqliteStore _store;

    public SqliteStreamCheckpointsTests() => _store = SqliteStore.Open(_folder.Path);

    protected override IStreamCheckpoints Checkpoints => new SqliteStreamCheckpoints(_store);

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
