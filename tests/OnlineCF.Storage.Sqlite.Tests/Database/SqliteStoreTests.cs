using System.Globalization;
using Microsoft.Data.Sqlite;
using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Database;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Database => _folder.File("onlinecf.db");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Missing_folders_are_created()
    {
        using (SqliteStore.Open(_folder.File("a", "b")))
        {
            Assert.True(File.Exists(_folder.File("a", "b", "onlinecf.db")));
        }
    }

    [Fact]
    public async Task Commits_are_synced_and_deleted_contents_overwritten()
    {
        using var store = SqliteStore.Open(_folder.Path);
        var settings = await store.Writer.RunAsync(
            new WriteFunction<(long, long)>(s => (s.ReadInt64("PRAGMA synchronous"), s.ReadInt64("PRAGMA secure_delete"))), Token);

        Assert.Equal((2, 1), settings);
        Assert.True(File.Exists(Database + "-wal"));
    }

    [Fact]
    public async Task Reads_and_writes_leave_the_callers_scheduler()
    {
        using var store = SqliteStore.Open(_folder.Path);
        var callers = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;

        var seen = await Task.Factory.StartNew(
            async () => (
                await store.Readers.Log.RunAsync(_ => TaskScheduler.Current, Token),
                await store.Writer.RunAsync(new WriteFunction<TaskScheduler>(_ => TaskScheduler.Current), Token),
                TaskScheduler.Current),
            Token,
            TaskCreationOptions.None,
            callers).Unwrap();

        Assert.Equal((TaskScheduler.Default, TaskScheduler.Default, callers), seen);
    }

    [Fact]
    public void Folder_is_held_by_one_store_until_it_is_closed()
    {
        using (SqliteStore.Open(_folder.Path))
        {
            var refused = Assert.Throws<StoreInUseException>(() => SqliteStore.Open(_folder.Path));
            Assert.Equal((_folder.Path, Environment.ProcessId), (refused.Folder, refused.ProcessId));
        }

        SqliteStore.Open(_folder.Path).Dispose();
    }

    [Fact]
    public async Task Folder_of_another_process_is_refused_by_its_id_until_that_is_killed()
    {
        using var holder = CrashChild.Start(CrashChild.Hold, _folder.Path);
        try
        {
            await holder.StandardOutput.ReadLineAsync(Token);

            var refused = Assert.Throws<StoreInUseException>(() => SqliteStore.Open(_folder.Path));
            Assert.Equal(holder.Id, refused.ProcessId);
            Assert.Contains(holder.Id.ToString(CultureInfo.InvariantCulture), refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            holder.Kill();
        }

        await holder.WaitForExitAsync(Token);
        SqliteStore.Open(_folder.Path).Dispose();
    }

    [Fact]
    public void File_in_place_of_the_folder_is_refused()
    {
        File.WriteAllText(_folder.File("file"), "");

        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(_folder.File("file")));
        Assert.Contains("is a file", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(_folder.File("file", "below")));
    }

    [Fact]
    public void Folder_that_cannot_be_written_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a folder that even root cannot write");

        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open("/proc/self"));
        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
        Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open("/proc/onlinecf"));
    }

    [Fact]
    public void Newer_database_is_refused_and_left_alone()
    {
        SqliteStore.Open(_folder.Path).Dispose();
        Execute("PRAGMA user_version = 99");
        var before = File.ReadAllBytes(Database);

        var refused = Assert.Throws<StoreVersionException>(() => SqliteStore.Open(_folder.Path));

        Assert.Equal((99, SqliteMigrations.All.Count), (refused.StoredVersion, refused.KnownVersion));
        Assert.Equal(before, File.ReadAllBytes(Database));
    }

    [Fact]
    public void Database_of_another_application_is_refused_and_left_alone()
    {
        Execute("CREATE TABLE theirs (id INTEGER)");
        var before = File.ReadAllBytes(Database);

        Assert.Throws<StoreCorruptException>(() => SqliteStore.Open(_folder.Path));
        Assert.Equal(before, File.ReadAllBytes(Database));
    }

    [Fact]
    public async Task Damaged_database_is_refused()
    {
        using (var store = SqliteStore.Open(_folder.Path))
        {
            await new SqliteRatingLog(store).AppendAsync(
                Enumerable.Range(1, 5000).Select(i => RatingChange.Deleted(1, i)).ToArray(), Token);
        }

        var good = await File.ReadAllBytesAsync(Database, Token);
        foreach (var bad in new[] { good[..(good.Length / 2)], good[..100], [.. "Hello, I am no database at all."u8, .. good[31..]] })
        {
            await File.WriteAllBytesAsync(Database, bad, Token);
            var refused = Assert.Throws<StoreCorruptException>(() => SqliteStore.Open(_folder.Path));
            Assert.Equal(Database, refused.File);
        }
    }

    [Fact]
    public async Task Older_database_is_migrated_and_keeps_its_ratings()
    {
        using (var store = SqliteStore.Open(_folder.Path))
        {
            await new SqliteRatingLog(store).AppendAsync(new[] { RatingChange.Rated(new Rating(1, 2, 3, 4)) }, Token);
        }

        var next = new SqliteStoreOptions
        {
            Migrations =
            [
                .. SqliteMigrations.All,
                "ALTER TABLE rating_log ADD COLUMN origin TEXT NOT NULL DEFAULT ''; CREATE TABLE later (id INTEGER)",
                "INSERT INTO later SELECT sequence FROM rating_log",
            ],
        };
        using (var store = SqliteStore.Open(_folder.Path, next))
        {
            Assert.Single(await new SqliteRatingLog(store).EntriesAsync(0, 10, Token));
            Assert.Equal((SqliteMigrations.All.Count + 2, 1), await store.Readers.Log.RunAsync(
                s => (s.ReadInt64("PRAGMA user_version"), s.ReadInt64("SELECT count(*) FROM later")), Token));
        }

        Assert.Throws<StoreVersionException>(() => SqliteStore.Open(_folder.Path));
    }

    [Fact]
    public async Task Entries_of_the_first_schema_learn_what_they_replaced()
    {
        // User 1 rates 10 twice and takes it back; user 2 rates 10 and was erased; then user 1 rates 10 again.
        var first = new SqliteStoreOptions { Migrations = [SqliteMigrations.All[0]] };
        using (var store = SqliteStore.Open(_folder.Path, first))
        {
            await store.Writer.RunAsync(new WriteFunction<int>(session =>
            {
                session.Execute("""
                    INSERT INTO rating_log VALUES (1, 0, 1, 10, 3.5, 100), (2, 0, 1, 10, 4.5, 200), (4, 1, 2, 10, 0, 0),
                        (5, 1, 1, 10, 0, 0), (6, 0, 1, 10, 2.0, 300), (7, 0, 1, 11, 1.0, 300);
                    INSERT INTO rating_log_erasures VALUES (4);
                    """);
                return 0;
            }), Token);
        }

        using var next = SqliteStore.Open(_folder.Path);
        var log = new SqliteRatingLog(next);
        Assert.Equal(
            [(1L, 0f, 0L), (2, 3.5f, 100), (4, 0, 0), (5, 4.5f, 200), (6, 0, 0), (7, 0, 0)],
            (await log.EntriesAsync(0, 10, Token)).Select(e => (e.Sequence, e.ReplacedValue, e.ReplacedAtMicros)));
        await Assert.ThrowsAsync<ConcurrentWriterException>(async () => await log.AppendAsync(6, new[] { RatingChange.Deleted(1, 11) }, Token));
        Assert.Equal(8, await log.AppendAsync(7, new[] { RatingChange.Deleted(1, 11) }, Token));
    }

    [Fact]
    public async Task Failed_migration_changes_nothing()
    {
        SqliteStore.Open(_folder.Path).Dispose();
        var broken = new SqliteStoreOptions { Migrations = [.. SqliteMigrations.All, "CREATE TABLE later (id INTEGER)", "CREATE NONSENSE"] };

        Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(_folder.Path, broken));

        using var store = SqliteStore.Open(_folder.Path);
        Assert.Equal(0, await store.Readers.Log.RunAsync(
            s => s.ReadInt64("SELECT count(*) FROM sqlite_schema WHERE name = 'later'"), Token));
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are this file's.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
