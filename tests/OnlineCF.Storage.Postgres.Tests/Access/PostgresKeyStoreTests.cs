using OnlineCF.Core.Access;
using OnlineCF.Storage.Postgres.Access;

namespace OnlineCF.Storage.Postgres.Tests.Access;

public sealed class PostgresKeyStoreTests(PostgresServer server) : KeyStoreContract, IDisposable
{
    private readonly TestStore _test = new(server);

    protected override IKeyStore Keys => new PostgresKeyStore(_test.Store);

    public void Dispose() => _test.Dispose();

    protected override void Reopen() => _test.Reopen();
}
