using Microsoft.Data.Sqlite;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests;

public sealed class EmbeddedBackupTests : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copy_made_while_ratings_and_models_come_opens_with_all_that_was_acknowledged_before_it()
    {
        using var storage = EmbeddedStorage.Open(Data, keepModels: 2);
        await storage.Catalog.UpsertAsync([new Movie(2, "Heat", 1995, ["Crime"], Hidden: false)], Token);
        await RateAsync(storage, 1, 5000);
        var term = await storage.Models.AcquireTermAsync(Token);
        await storage.Models.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, Token);

        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var ratings = Task.Run(async () =>
        {
            for (var user = 2L; !end.IsCancellationRequested; user++)
            {
                await RateAsync(storage, user, 50);
            }
        }, Token);
        var models = Task.Run(async () =>
        {
            // Each takes away the one before the last.
            for (var round = 2; !end.IsCancellationRequested; round++)
            {
                await storage.Models.PublishAsync(Snapshots.Create(seed: round), Snapshots.Round(round), term, Token);
            }
        }, Token);
        for (var i = 1; i <= 5; i++)
        {
            var (known, serving) = (storage.RatingLog.KnownSequence, await storage.Models.GetServingVersionAsync(Token));
            var contents = EmbeddedBackup.Make(Data, _folder.File($"copy{i}"), Token);
            var after = storage.RatingLog.KnownSequence;

            using var copy = EmbeddedStorage.Open(_folder.File($"copy{i}"), keepModels: 2);
            Assert.InRange(copy.RatingLog.KnownSequence, known, after);
            Assert.Equal(copy.RatingLog.KnownSequence, contents.Sequence);
            Assert.Equal("Heat", (await copy.Catalog.FindAsync(2, Token))!.Title);
            var version = (await copy.Models.GetServingVersionAsync(Token))!;
            Assert.True(version >= serving, $"{version} serves in the copy, {serving} served before it");
            Assert.Empty(contents.DamagedModels);
            Assert.Contains((long)version, contents.Models);
            foreach (var kept in contents.Models)
            {
                await copy.Models.LoadAsync(kept, Token);
            }

            // It goes on where it ends.
            await copy.RatingLog.AppendAsync(new[] { RatingChange.Rated(new Rating(1_000_000, 2, 3, 4)) }, Token);
            Assert.Equal(contents.Sequence + 1, copy.RatingLog.KnownSequence);
        }

        await end.CancelAsync();
        await Task.WhenAll(ratings, models);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(_folder.Path), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folder_that_nobody_has_open_is_copied_and_stays_as_it_is()
    {
        using (var storage = EmbeddedStorage.Open(Data))
        {
            await RateAsync(storage, 1, 10);
        }

        var before = Files();
        var contents = EmbeddedBackup.Make(Data, _folder.File("new", "copy"), Token);

        Assert.Equal((10, 0), (contents.Sequence, contents.Models.Count));
        Assert.Equal(before, Files());
        Assert.Equal(contents.Bytes, new DirectoryInfo(_folder.File("new", "copy")).EnumerateFiles().Sum(file => file.Length));

        string[] Files() => [.. Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => $"{file} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}")];
    }

    [Fact]
    public async Task What_cannot_be_copied_is_said_and_nothing_is_left()
    {
        Assert.Throws<FileNotFoundException>(() => EmbeddedBackup.Make(Data, _folder.File("copy"), Token));
        using (var storage = EmbeddedStorage.Open(Data))
        {
            await RateAsync(storage, 1, 10);
        }

        // Neither over what is there nor into itself.
        Directory.CreateDirectory(_folder.File("full"));
        await File.WriteAllTextAsync(_folder.File("full", "mine"), "mine", Token);
        Assert.Throws<IOException>(() => EmbeddedBackup.Make(Data, _folder.File("full"), Token));
        Assert.Throws<IOException>(() => EmbeddedBackup.Make(Data, _folder.File("full", "mine"), Token));
        Assert.Throws<IOException>(() => EmbeddedBackup.Make(Data, Data, Token));
        Assert.Throws<OperationCanceledException>(() => EmbeddedBackup.Make(Data, _folder.File("copy"), new CancellationToken(canceled: true)));

        await File.WriteAllTextAsync(_folder.File("data", "models", "manifest.json"), "{", Token);
        Assert.Throws<InvalidDataException>(() => EmbeddedBackup.Make(Data, _folder.File("copy"), Token));
        File.Delete(_folder.File("data", "models", "manifest.json"));

        await using (var foreign = new SqliteConnection($"Data Source={_folder.File("foreign.db")};Pooling=False"))
        {
            await foreign.OpenAsync(Token);
            await using var command = foreign.CreateCommand();
            command.CommandText = "CREATE TABLE theirs (x)";
            await command.ExecuteNonQueryAsync(Token);
        }

        File.Copy(_folder.File("foreign.db"), _folder.File("data", "onlinecf.db"), overwrite: true);
        Assert.Throws<InvalidDataException>(() => EmbeddedBackup.Make(Data, _folder.File("copy"), Token));
        await File.WriteAllTextAsync(_folder.File("data", "onlinecf.db"), new string('x', 10_000), Token);
        Assert.Throws<IOException>(() => EmbeddedBackup.Make(Data, _folder.File("copy"), Token));

        Assert.Equal(
            ["data", "foreign.db", "full"],
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Where_there_is_no_room_nothing_is_left_and_the_store_goes_on()
    {
        using var disk = new SmallDisk(megabytes: 1);
        using var storage = EmbeddedStorage.Open(Data);
        await RateAsync(storage, 1, 100_000);

        var failure = Assert.Throws<IOException>(() => EmbeddedBackup.Make(Data, Path.Combine(disk.Path, "copy"), Token));

        Assert.Contains("room", failure.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(disk.Path, "copy"), failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
        await RateAsync(storage, 2, 10);
        Assert.Equal(100_010, EmbeddedBackup.Make(Data, _folder.File("copy"), Token).Sequence);
    }

    [Fact]
    public async Task Damaged_model_is_named_and_copied_as_it_is()
    {
        using (var storage = EmbeddedStorage.Open(Data))
        {
            var term = await storage.Models.AcquireTermAsync(Token);
            await storage.Models.PublishAsync(Snapshots.Create(seed: 1), Snapshots.Round(1), term, Token);
            await storage.Models.PublishAsync(Snapshots.Create(seed: 2), Snapshots.Round(2), term, Token);
        }

        var path = _folder.File("data", "models", "snapshot-1.ocf");
        var bytes = await File.ReadAllBytesAsync(path, Token);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Token);

        var contents = EmbeddedBackup.Make(Data, _folder.File("copy"), Token);

        Assert.Equal([2, 1], contents.Models);
        Assert.Equal([1], contents.DamagedModels);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder.File("copy", "models", "snapshot-1.ocf"), Token));
    }

    private static async Task RateAsync(EmbeddedStorage storage, long user, int ratings) => await storage.RatingLog.AppendAsync(
        Enumerable.Range(1, ratings).Select(movie => RatingChange.Rated(new Rating(user, movie, 3, 4))).ToArray(), Token);
}
