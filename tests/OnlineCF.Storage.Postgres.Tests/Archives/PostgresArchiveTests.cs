using OnlineCF.Core.Archives;
using OnlineCF.Storage.Archives;
using OnlineCF.Storage.Postgres.Archives;
using OnlineCF.Storage.Postgres.Catalogue;
using OnlineCF.Storage.Postgres.Models;
using OnlineCF.Storage.Postgres.Ratings;
using OnlineCF.Storage.Postgres.Streams;

namespace OnlineCF.Storage.Postgres.Tests.Archives;

public sealed class PostgresArchiveTests(PostgresServer server) : IDisposable
{
    private const int Seed = 20_262;

    private readonly TestFolder _folder = new();
    private readonly TestStore _test = new(server);
    private readonly TestStore _copy = new(server);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Archive => _folder.File("store.zip");

    public void Dispose()
    {
        _test.Dispose();
        _copy.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Restored_store_has_everything_under_the_numbers_it_had()
    {
        using var log = new PostgresRatingLog(_test.Store);
        await ExportAsync(log);
        using (var target = OpenToFill())
        {
            await RestoreAsync(target);
        }

        _copy.Reopen();
        using var copied = new PostgresRatingLog(_copy.Store);
        await ArchivedWorlds.AssertSameAsync(PortsOf(_test.Store, log, "models"), PortsOf(_copy.Store, copied, "copied-models"), Token);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("models")]
    [InlineData("indexes")]
    public async Task Restore_that_was_broken_off_goes_on_and_no_silo_opens_what_is_half_there(string part)
    {
        using var log = new PostgresRatingLog(_test.Store);
        await ExportAsync(log);
        using var target = OpenToFill();
        await Assert.ThrowsAsync<TimeoutException>(() => RestoreAsync(target, new Reports(report =>
        {
            if (report.Part == part)
            {
                throw new TimeoutException();
            }
        })));

        Assert.Contains("was not finished", Assert.Throws<StoreCorruptException>(() => _copy.OpenAnother()).Message, StringComparison.Ordinal);

        await RestoreAsync(target);
        _copy.OpenAnother().Dispose();
        using var copied = new PostgresRatingLog(_copy.Store);
        await ArchivedWorlds.AssertSameAsync(PortsOf(_test.Store, log, "models"), PortsOf(_copy.Store, copied, "copied-models"), Token);
    }

    [Fact]
    public async Task Store_with_something_in_it_or_with_silos_on_it_is_not_filled()
    {
        using var log = new PostgresRatingLog(_test.Store);
        await ExportAsync(log);
        var full = await Assert.ThrowsAsync<StoreNotEmptyException>(() => RestoreAsync(_test.Store));
        Assert.Contains("ratings, movies or models", full.Message, StringComparison.Ordinal);

        server.Execute(
            new Npgsql.NpgsqlConnectionStringBuilder(_copy.ConnectionString).Database!,
            """
            INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES ('here');
            INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, StartTime, IAmAliveTime)
            VALUES ('here', '10.0.0.1', 11111, 1, 'one', 'one', 3, now(), now())
            """);
        try
        {
            var inUse = await Assert.ThrowsAsync<StoreNotEmptyException>(() => RestoreAsync(_copy.Store));
            Assert.Contains("stop them first", inUse.Message, StringComparison.Ordinal);
        }
        finally
        {
            server.Execute(
                new Npgsql.NpgsqlConnectionStringBuilder(_copy.ConnectionString).Database!,
                "DELETE FROM OrleansMembershipTable; DELETE FROM OrleansMembershipVersionTable");
        }
    }

    private async Task ExportAsync(PostgresRatingLog log)
    {
        var ports = PortsOf(_test.Store, log, "models");
        await ArchivedWorlds.FillAsync(log, ports.Catalog, ports.Checkpoints, ports.Models, Seed, Token);
        await new StoreExport(ports, TimeProvider.System).WriteAsync(Archive, ArchiveContents.All, Token);
    }

    private async Task RestoreAsync(PostgresStore target, IProgress<ArchiveProgress>? progress = null)
    {
        using var restore = StoreRestore.Open(Archive, _folder.File("scratch"), progress);
        var models = new PostgresModelStore(target, _folder.File("scratch"));
        await restore.FillAsync(new(new PostgresCatalog(target), new PostgresStreamCheckpoints(target), new PostgresTransfer(target, models)), Token);
    }

    private PostgresStore OpenToFill() =>
        PostgresStore.Open(new PostgresStoreOptions { ConnectionString = _copy.ConnectionString, IsToBeFilled = true });

    private ArchivedStore PortsOf(PostgresStore store, PostgresRatingLog log, string cache)
    {
        var models = new PostgresModelStore(store, _folder.File(cache));
        return new(log, new PostgresCatalog(store), new PostgresStreamCheckpoints(store), models, new PostgresTransfer(store, models));
    }

    private sealed class Reports(Action<ArchiveProgress> tell) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) => tell(value);
    }
}
