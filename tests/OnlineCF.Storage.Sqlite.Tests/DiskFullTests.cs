using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests;

/// <summary>A real file system without room.</summary>
public sealed class DiskFullTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(262_144)]
    [InlineData(64)]
    public async Task Rating_log_without_room_acknowledges_nothing_and_goes_on_when_there_is_room(int stretch)
    {
        using var disk = new SmallDisk(megabytes: 4);
        var options = new SqliteStoreOptions { IndexingStretch = stretch };
        var acknowledged = new List<(long Last, long UserId)>();
        using (var store = SqliteStore.Open(disk.Path, options))
        {
            var log = new SqliteRatingLog(store);
            for (var fills = 0; fills < 5; fills++)
            {
                disk.Fill();
                await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendUntilFailureAsync(log, acknowledged));
                Assert.Equal(acknowledged.Count == 0 ? 0 : acknowledged[^1].Last, log.KnownSequence);
                Assert.Equal(acknowledged.Count * 10, (await log.EntriesAsync(0, 1_000_000, Token)).Count);

                disk.Free();
                await AppendAsync(log, acknowledged);
            }

            AssertAll(acknowledged, await log.EntriesAsync(0, 1_000_000, Token));
        }

        using var again = SqliteStore.Open(disk.Path, options);
        AssertAll(acknowledged, await new SqliteRatingLog(again).EntriesAsync(0, 1_000_000, Token));
    }

    [Fact]
    public async Task Model_store_without_room_publishes_nothing_and_goes_on_when_there_is_room()
    {
        using var disk = new SmallDisk(megabytes: 4);
        using var store = FileModelStore.Open(disk.Path);
        var term = await store.AcquireTermAsync(Token);
        await store.PublishAsync(Snapshots.Create(2000), Snapshots.Round(1), term, Token);

        var files = Directory.GetFiles(disk.Path);
        disk.Fill();
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            async () => await store.PublishAsync(Snapshots.Create(2000), Snapshots.Round(2), term, Token));
        Assert.Contains(disk.Path, refused.Message, StringComparison.Ordinal);
        Assert.Equal(files.Order(), Directory.GetFiles(disk.Path).Where(file => !file.EndsWith("ballast", StringComparison.Ordinal)).Order());
        Assert.Equal(1, await store.GetServingVersionAsync(Token));
        Assert.Equal(1, (await store.LoadAsync(1, Token)).Version);

        disk.Free();
        var record = await store.PublishAsync(Snapshots.Create(2000), Snapshots.Round(2), term, Token);
        Assert.Equal(record.Version, (await store.LoadAsync(record.Version, Token)).Version);
    }

    [Fact]
    public void Folder_on_a_full_disk_is_refused_with_the_reason()
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill();

        var refused = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(disk.Path));
        Assert.Contains(disk.Path, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stored_ratings_are_served_from_a_full_disk_and_writing_goes_on_when_there_is_room(bool killed)
    {
        using var disk = new SmallDisk(megabytes: 8);
        var acknowledged = new List<(long Last, long UserId)>();
        var folder = Path.Combine(disk.Path, "store");
        using (var store = SqliteStore.Open(killed ? Path.Combine(disk.Path, "before") : folder))
        {
            var log = new SqliteRatingLog(store);
            for (var i = 0; i < 20; i++)
            {
                await AppendAsync(log, acknowledged);
            }

            if (killed)
            {
                Directory.CreateDirectory(folder);
                foreach (var file in Directory.GetFiles(store.Folder, "onlinecf.db*"))
                {
                    File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
                }
            }
        }

        disk.Fill();
        var said = new TestLog<SqliteStore>();
        using var full = SqliteStore.Open(folder, logger: said);
        using var models = FileModelStore.Open(Path.Combine(disk.Path, "models"));
        var served = new SqliteRatingLog(full);
        AssertAll(acknowledged, await served.EntriesAsync(0, 1000, Token));
        Assert.Equal(10, (await served.ReadUserAsync(1, Token)).Count);
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => AppendUntilFailureAsync(served, acknowledged));
            Assert.Contains($"no room on the disk of '{folder}", refused.Message, StringComparison.Ordinal);
        }

        Assert.True(full.Serves);
        Assert.Contains("no room", full.Warning, StringComparison.Ordinal);
        Assert.Single(said.Errors);

        disk.Free();
        await AppendAsync(served, acknowledged);
        AssertAll(acknowledged, await served.EntriesAsync(0, 100_000, Token));
        Assert.Equal((true, ""), (full.Serves, full.Warning));
        Assert.Single(said.Warnings);
    }

    private static async Task AppendUntilFailureAsync(SqliteRatingLog log, List<(long Last, long UserId)> acknowledged)
    {
        while (true)
        {
            await AppendAsync(log, acknowledged);
        }
    }

    private static async Task AppendAsync(SqliteRatingLog log, List<(long Last, long UserId)> acknowledged)
    {
        var userId = acknowledged.Count + 1;
        var changes = Enumerable.Range(1, 10).Select(movieId => RatingChange.Deleted(userId, movieId)).ToArray();
        acknowledged.Add((await log.AppendAsync(changes, Token), userId));
    }

    private static void AssertAll(List<(long Last, long UserId)> acknowledged, IReadOnlyList<RatingEntry> entries)
    {
        Assert.Equal(acknowledged.Count * 10, entries.Count);
        Assert.All(acknowledged, call => Assert.All(
            entries.Skip((int)call.Last - 10).Take(10), entry => Assert.Equal(call.UserId, entry.UserId)));
    }
}
