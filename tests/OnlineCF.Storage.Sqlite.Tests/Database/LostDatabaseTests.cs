using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Database;

/// <summary>Files that go while the store is open, or between two runs.</summary>
public sealed class LostDatabaseTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly TestLog<SqliteStore> _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("store", "onlinecf.db");

    private string KeptEnd => _folder.File("store", "onlinecf.end");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("onlinecf.db")]
    [InlineData("onlinecf.db-wal")]
    [InlineData("")]
    public async Task Nothing_is_acknowledged_after_the_files_were_deleted(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a system that deletes open files");
        using var store = Open();
        var log = new SqliteRatingLog(store);
        await log.AppendAsync(Rated(1), Token);
        Assert.True(store.Serves);

        if (name.Length == 0)
        {
            Directory.Delete(_folder.File("store"), recursive: true);
        }
        else
        {
            File.Delete(_folder.File("store", name));
        }

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.AppendAsync(Rated(2), Token));
        Assert.Contains(_folder.File("store", name), refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.EraseUserAsync(1, Token));
        Assert.False(store.Serves);
        Assert.Contains("deleted", store.Warning, StringComparison.Ordinal);
        Assert.Single(_log.Errors);
        Assert.Equal(1, log.KnownSequence);
    }

    [Fact]
    public async Task Database_that_was_replaced_is_not_written_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a system that replaces open files");
        using var store = Open();
        var log = new SqliteRatingLog(store);
        await log.AppendAsync(Rated(1), Token);
        File.Copy(Database, Database + ".copy");
        File.Move(Database + ".copy", Database, overwrite: true);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.AppendAsync(Rated(2), Token));
        Assert.False(store.Serves);
    }

    [Fact]
    public async Task Folder_that_comes_back_is_written_to_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a system that moves open files");
        using var store = Open();
        var log = new SqliteRatingLog(store);
        await log.AppendAsync(Rated(1), Token);

        Directory.Move(_folder.File("store"), _folder.File("elsewhere"));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await log.AppendAsync(Rated(2), Token));
        Directory.Move(_folder.File("elsewhere"), _folder.File("store"));

        Assert.Equal(2, await log.AppendAsync(Rated(2), Token));
        Assert.Equal((true, ""), (store.Serves, store.Warning));
    }

    [Fact]
    public async Task Empty_or_missing_database_where_there_were_ratings_is_refused_until_the_trace_is_deleted()
    {
        await AppendAsync(1, 2, 3);

        File.WriteAllBytes(Database, []);
        var refused = Assert.Throws<StoreCorruptException>(Open);
        Assert.Equal(Database, refused.File);
        Assert.Contains("is empty", refused.Message, StringComparison.Ordinal);
        Assert.Contains("sequence 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains(KeptEnd, refused.Message, StringComparison.Ordinal);
        File.Delete(Database);
        Assert.Contains("is missing", Assert.Throws<StoreCorruptException>(Open).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Database));

        File.Delete(KeptEnd);
        using var anew = Open();
        Assert.Equal(0, new SqliteRatingLog(anew).KnownSequence);
    }

    [Fact]
    public void Empty_database_beside_models_is_refused_and_a_missing_one_said()
    {
        Directory.CreateDirectory(_folder.File("store", "models"));
        File.WriteAllBytes(_folder.File("store", "models", "snapshot-7.ocf"), [1]);
        File.WriteAllBytes(Database, []);

        Assert.Contains("models", Assert.Throws<StoreCorruptException>(Open).Message, StringComparison.Ordinal);

        File.Delete(Database);
        using var anew = Open();
        Assert.Contains("models", anew.Warning, StringComparison.Ordinal);
        Assert.True(anew.Serves);
        Assert.Equal([anew.Warning], _log.Errors);
    }

    [Fact]
    public async Task Log_that_ends_before_what_was_kept_is_a_loss_said_aloud()
    {
        await AppendAsync(1, 2);
        File.Copy(Database, Database + ".copy");
        await AppendAsync(3, 4, 5);
        File.Move(Database + ".copy", Database, overwrite: true);

        using var store = Open();
        var log = new SqliteRatingLog(store);

        Assert.Equal((2, true), (log.KnownSequence, store.Serves));
        Assert.Contains("ends at sequence 2, but had reached 5", store.Warning, StringComparison.Ordinal);
        Assert.Contains(Database, store.Warning, StringComparison.Ordinal);
        Assert.Equal([store.Warning], _log.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ahead_log_that_was_deleted_or_damaged_after_a_kill_is_a_loss_said_aloud(bool deleted)
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var killed = _folder.File("killed");
        using (var store = SqliteStore.Open(_folder.File("store"), new SqliteStoreOptions { Time = time }))
        {
            var log = new SqliteRatingLog(store);
            await log.AppendAsync(Rated(1), Token);
            await log.AppendAsync(Rated(2), Token);
            time.Advance(TimeSpan.FromSeconds(6));

            // What a killed process leaves.
            Directory.CreateDirectory(killed);
            foreach (var name in new[] { "onlinecf.db", "onlinecf.db-wal", "onlinecf.end" })
            {
                File.Copy(_folder.File("store", name), Path.Combine(killed, name));
            }
        }

        var wal = Path.Combine(killed, "onlinecf.db-wal");
        if (deleted)
        {
            File.Delete(wal);
        }
        else
        {
            var bytes = await File.ReadAllBytesAsync(wal, Token);
            bytes.AsSpan(^2000..).Fill(0x55);
            await File.WriteAllBytesAsync(wal, bytes, Token);
        }

        using var again = SqliteStore.Open(killed, logger: _log);
        var lost = new SqliteRatingLog(again);
        Assert.InRange(lost.KnownSequence, 0, 1);
        Assert.Contains("had reached 2", again.Warning, StringComparison.Ordinal);
        Assert.Single(_log.Errors);
    }

    [Fact]
    public async Task Damage_is_named_with_the_file()
    {
        using var store = Open();
        var log = new SqliteRatingLog(store);
        await log.AppendAsync(Rated(1), Token);
        await store.Writer.RunAsync(new WriteFunction<int>(_ => 0), Token);

        var failed = store.Writer.RunAsync(
            new WriteFunction<int>(_ => throw new Microsoft.Data.Sqlite.SqliteException("database disk image is malformed", 11)), Token);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(async () => await failed);
        Assert.Contains($"'{Database}' is damaged", refused.Message, StringComparison.Ordinal);
        Assert.False(store.Serves);
        Assert.Equal([refused.Message], _log.Errors);
    }

    private static RatingChange[] Rated(long userId) => [RatingChange.Rated(new Rating(userId, 2, 3, 4))];

    private SqliteStore Open() => SqliteStore.Open(_folder.File("store"), logger: _log);

    private async Task AppendAsync(params long[] users)
    {
        using var store = Open();
        var log = new SqliteRatingLog(store);
        foreach (var user in users)
        {
            await log.AppendAsync(Rated(user), Token);
        }
    }
}
