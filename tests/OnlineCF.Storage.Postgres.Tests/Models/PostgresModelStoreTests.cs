using Npgsql;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Postgres.Models;

namespace OnlineCF.Storage.Postgres.Tests.Models;

public sealed class PostgresModelStoreTests : ModelStoreContract, IDisposable
{
    private const int Keep = 3;

    private readonly PostgresServer _server;
    private readonly TestStore _test;
    private readonly TestFolder _folder = new();

    public PostgresModelStoreTests(PostgresServer server)
    {
        _server = server;
        _test = new(server);
    }

    protected override IModelStore Store => new PostgresModelStore(_test.Store, Cache, Keep);

    private string Cache => _folder.File("models");

    private string Database => new NpgsqlConnectionStringBuilder(_test.ConnectionString).Database!;

    public void Dispose()
    {
        _test.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Snapshot_of_many_pieces_comes_back_the_same_on_another_silo()
    {
        var snapshot = Snapshots.Create(rows: 30_000, embeddingDim: 50);
        await PublishAsync(snapshot);

        using var otherStore = _test.OpenAnother();
        var other = new PostgresModelStore(otherStore, _folder.File("other"), Keep);

        Snapshots.AssertSame(snapshot, await other.LoadAsync(1, Token));
    }

    [Fact]
    public async Task Loaded_snapshot_is_kept_on_the_disk_and_read_from_there()
    {
        var snapshot = Snapshots.Create(rows: 50);
        await PublishAsync(snapshot);
        await Store.LoadAsync(1, Token);

        _server.Execute(Database, "DELETE FROM model_chunks");

        Reopen();
        Snapshots.AssertSame(snapshot, await Store.LoadAsync(1, Token));
        Assert.Equal(1, (await Store.LoadAsync(1, SnapshotParts.Movies, Token)).Version);
    }

    [Theory]
    [InlineData(SnapshotParts.All)]
    [InlineData(SnapshotParts.Movies)]
    public async Task Damaged_file_is_fetched_again(SnapshotParts parts)
    {
        var snapshot = Snapshots.Create(rows: 50);
        await PublishAsync(snapshot);
        await Store.LoadAsync(1, Token);
        var file = Assert.Single(Directory.GetFiles(Cache));
        var bytes = await File.ReadAllBytesAsync(file, Token);
        bytes[bytes.Length / 3] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Token);

        Assert.Equal(snapshot.Movies.RatingFactors, (await Store.LoadAsync(1, parts, Token)).Movies.RatingFactors);
        Snapshots.AssertSame(snapshot, await Store.LoadAsync(1, Token));
    }

    [Fact]
    public async Task Files_of_dropped_versions_go()
    {
        for (var round = 1; round <= 6; round++)
        {
            await PublishAsync(Snapshots.Create(seed: round));
            await Store.LoadAsync(round, Token);
        }

        Assert.Equal(Keep, Directory.GetFiles(Cache).Length);
    }

    [Fact]
    public async Task Damaged_pieces_are_refused_and_cannot_be_made_to_serve()
    {
        await PublishAsync(Snapshots.Create(rows: 50));
        await PublishAsync(Snapshots.Create(rows: 50));
        var term = await Store.AcquireTermAsync(Token);
        _server.Execute(Database, "UPDATE model_chunks SET bytes = set_byte(bytes, 2000, get_byte(bytes, 2000) # 1) WHERE version = 1");

        await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await Store.LoadAsync(1, Token));
        await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await Store.ServeAsync(1, term, Token));
        Assert.Equal(2, await Store.GetServingVersionAsync(Token));
    }

    [Fact]
    public async Task Half_written_snapshot_never_serves_and_is_cleared_away()
    {
        await PublishAsync(Snapshots.Create());

        // As a publisher leaves it that was killed between its pieces.
        _server.Execute(Database, "UPDATE model_state SET next_version = 3; INSERT INTO model_chunks VALUES (2, 0, 'half'), (2, 1, 'more')");

        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Single(await Store.ListModelsAsync(Token));
        await Assert.ThrowsAsync<ModelNotFoundException>(async () => await Store.LoadAsync(2, Token));

        await PublishAsync(Snapshots.Create());
        Assert.Equal(3, await Store.GetServingVersionAsync(Token));
        using var connection = new NpgsqlConnection(_test.ConnectionString);
        await connection.OpenAsync(Token);
        await using var left = new NpgsqlCommand("SELECT count(*) FROM model_chunks WHERE version = 2", connection);
        Assert.Equal(0L, await left.ExecuteScalarAsync(Token));
    }

    [Fact]
    public async Task Term_that_ends_while_a_snapshot_is_written_publishes_nothing()
    {
        await PublishAsync(Snapshots.Create());
        var term = await Store.AcquireTermAsync(Token);

        // The next term begins with the first piece, as if another silo took over just then.
        _server.Execute(Database, """
            CREATE FUNCTION take_over() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN UPDATE model_state SET term = term + 1; RETURN NULL; END $$;
            CREATE TRIGGER take_over AFTER INSERT ON model_chunks EXECUTE FUNCTION take_over();
            """);

        try
        {
            await Assert.ThrowsAsync<StaleTermException>(async () => await Store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token));
        }
        finally
        {
            _server.Execute(Database, "DROP FUNCTION take_over CASCADE");
        }

        Assert.Equal(1, await Store.GetServingVersionAsync(Token));
        Assert.Single(await Store.ListModelsAsync(Token));
        Assert.Single(await Store.ListRoundsAsync(10, Token));
    }

    [Fact]
    public async Task Without_room_on_the_silos_disk_models_are_loaded_all_the_same_and_that_is_said_once()
    {
        using var disk = new SmallDisk(megabytes: 1);
        var log = new TestLog<PostgresStore>();
        using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = _test.ConnectionString }, log);
        var full = new PostgresModelStore(store, Path.Combine(disk.Path, "models"), Keep);
        var snapshot = Snapshots.Create(rows: 3000, embeddingDim: 20);
        await PublishAsync(snapshot);
        disk.Fill();

        Snapshots.AssertSame(snapshot, await full.LoadAsync(1, Token));
        Assert.Equal(1, (await full.LoadAsync(1, SnapshotParts.Movies, Token)).Version);
        Assert.Contains("cannot be kept", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    protected override void Reopen() => _test.Reopen();
}
