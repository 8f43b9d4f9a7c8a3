namespace OnlineCF.Storage.Postgres.Tests;

/// <summary>A database for one test, and the store in it.</summary>
internal sealed class TestStore : IDisposable
{
    private readonly PostgresServer _server;

    public TestStore(PostgresServer server)
    {
        _server = server;
        ConnectionString = server.Borrow();
        Store = OpenAnother();
    }

    public string ConnectionString { get; }

    public PostgresStore Store { get; private set; }

    /// <summary>As a process does that starts anew.</summary>
    public void Reopen()
    {
        Store.Dispose();
        Store = OpenAnother();
    }

    /// <summary>Another store on the same database, as of another silo.</summary>
    public PostgresStore OpenAnother() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = ConnectionString });

    public void Dispose()
    {
        Store.Dispose();
        _server.Return(ConnectionString);
    }
}
