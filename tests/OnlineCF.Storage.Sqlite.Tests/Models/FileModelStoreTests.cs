using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Storage.Models;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Models;

public sealed class FileModelStoreTests : ModelStoreContract, IDisposable
{
    private const int Keep = 3;

    private readonly TestFolder _folder = new();
    private readonly TestLog<FileModelStore> _log = new();
    private FileModelStore _store;

    public FileModelStoreTests() => _store = Open();

    protected override IModelStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Damage_to_any_byte_is_seen()
    {
        await PublishAsync(Snapshots.Create(rows: 4, embeddingDim: 2));
        var file = _folder.File("snapshot-1.ocf");
        var good = await File.ReadAllBytesAsync(file, Token);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= (byte)(1 << (i % 8));
            await File.WriteAllBytesAsync(file, bad, Token);

            var corrupt = await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(1, Token));
            Assert.Equal(1, corrupt.Version);
        }
    }

    [Fact]
    public async Task Truncation_at_any_length_and_bytes_too_many_are_seen()
    {
        await PublishAsync(Snapshots.Create(rows: 4, embeddingDim: 2));
        var file = _folder.File("snapshot-1.ocf");
        var good = await File.ReadAllBytesAsync(file, Token);
        for (var length = 0; length < good.Length; length++)
        {
            await File.WriteAllBytesAsync(file, good[..length], Token);
            await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(1, Token));
        }

        await File.WriteAllBytesAsync(file, [.. good, 0], Token);
        await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(1, Token));
        await File.WriteAllBytesAsync(file, good, Token);
        Assert.Equal(1, (await _store.LoadAsync(1, Token)).Version);
    }

    [Fact]
    public async Task Snapshot_of_another_version_or_another_publication_is_refused()
    {
        var term = await _store.AcquireTermAsync(Token);
        await _store.PublishAsync(Snapshots.Create(seed: 1), Snapshots.Round(1), term, Token);
        await _store.PublishAsync(Snapshots.Create(seed: 2), Snapshots.Round(2), term, Token);
        File.Copy(_folder.File("snapshot-2.ocf"), _folder.File("snapshot-1.ocf"), overwrite: true);
        SnapshotFile.Write(_folder.File("snapshot-2.ocf"), Snapshots.Create(seed: 3) with { Version = 2 }, Snapshots.Round(2), term);

        var renamed = await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(1, Token));
        var replaced = await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(2, Token));
        Assert.Contains("version 2", renamed.Message, StringComparison.Ordinal);
        Assert.Contains("another snapshot", replaced.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_version_cannot_be_made_to_serve()
    {
        var term = await _store.AcquireTermAsync(Token);
        await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, Token);
        await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token);
        File.Delete(_folder.File("snapshot-1.ocf"));

        await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.ServeAsync(1, term, Token));
        await Assert.ThrowsAsync<CorruptSnapshotException>(async () => await _store.LoadAsync(1, Token));
        Assert.Equal(2, await _store.GetServingVersionAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lost_or_damaged_manifest_is_made_anew_from_the_snapshots(bool damaged)
    {
        var term = await _store.AcquireTermAsync(Token);
        for (var round = 1; round <= 4; round++)
        {
            await _store.PublishAsync(Snapshots.Create(seed: round), Snapshots.Round(round), term, Token);
        }

        var before = await _store.ListModelsAsync(Token);
        _store.Dispose();
        var manifest = _folder.File("manifest.json");
        if (damaged)
        {
            await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Token)).Replace("\"epoch\":1", "\"epoch\":2", StringComparison.Ordinal), Token);
        }
        else
        {
            File.Delete(manifest);
        }

        _store = Open();

        Assert.Contains("Version 4 serves", Assert.Single(_log.Warnings), StringComparison.Ordinal);
        Assert.Equal(before, await _store.ListModelsAsync(Token));
        Assert.Equal([4L, 3, 2], (await _store.ListRoundsAsync(10, Token)).Select(r => r.RoundId));
        Snapshots.AssertSame(Snapshots.Create(seed: 4), await _store.LoadAsync(4, Token));
        await Assert.ThrowsAsync<StaleTermException>(async () => await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(5), term, Token));
        Assert.Equal(5, (await PublishAsync(Snapshots.Create())).Version);
    }

    [Fact]
    public async Task Any_damage_to_the_manifest_is_seen()
    {
        await PublishAsync(Snapshots.Create(rows: 1));
        _store.Dispose();
        var manifest = _folder.File("manifest.json");
        var good = await File.ReadAllBytesAsync(manifest, Token);
        for (var i = 0; i < good.Length; i++)
        {
            var bad = good.ToArray();
            bad[i] ^= 1;
            await File.WriteAllBytesAsync(manifest, bad, Token);
            Assert.Throws<InvalidDataException>(() => ManifestFile.Read(manifest));
            await File.WriteAllBytesAsync(manifest, good[..i], Token);
            Assert.Throws<InvalidDataException>(() => ManifestFile.Read(manifest));
        }
    }

    [Fact]
    public async Task Damaged_snapshot_is_left_out_of_a_manifest_made_anew_and_its_number_not_given_again()
    {
        var term = await _store.AcquireTermAsync(Token);
        await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, Token);
        await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token);
        _store.Dispose();
        File.Delete(_folder.File("manifest.json"));
        await File.WriteAllTextAsync(_folder.File("snapshot-2.ocf"), "no snapshot", Token);

        _store = Open();

        Assert.Equal(2, _log.Warnings.Count);
        Assert.Equal(1, await _store.GetServingVersionAsync(Token));
        Assert.Equal(3, (await PublishAsync(Snapshots.Create())).Version);
    }

    [Fact]
    public async Task Leftovers_of_a_stopped_publication_are_cleared_and_their_number_not_given_again()
    {
        await PublishAsync(Snapshots.Create());
        _store.Dispose();
        File.Copy(_folder.File("snapshot-1.ocf"), _folder.File("snapshot-2.ocf"));
        await File.WriteAllTextAsync(_folder.File("snapshot-3.ocf.tmp"), "half", Token);

        _store = Open();

        Assert.Empty(_log.Warnings);
        Assert.False(File.Exists(_folder.File("snapshot-2.ocf")));
        Assert.False(File.Exists(_folder.File("snapshot-3.ocf.tmp")));
        Assert.Equal(1, await _store.GetServingVersionAsync(Token));
        Assert.Equal(3, (await PublishAsync(Snapshots.Create())).Version);
    }

    [Fact]
    public async Task Failed_write_publishes_nothing_and_the_next_one_works()
    {
        var term = await _store.AcquireTermAsync(Token);
        await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(1), term, Token);

        // A folder in the way of the temporary file, first the snapshot's, then the manifest's.
        foreach (var name in new[] { "snapshot-2.ocf.tmp", "manifest.json.tmp" })
        {
            Directory.CreateDirectory(_folder.File(name));
            await Assert.ThrowsAsync<StoreUnavailableException>(
                async () => await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token));
            Directory.Delete(_folder.File(name));
            Assert.Equal(1, await _store.GetServingVersionAsync(Token));
            Assert.Equal(["snapshot-1.ocf"], Directory.EnumerateFiles(_folder.Path, "snapshot-*").Select(Path.GetFileName));
        }

        Assert.Equal(4, (await _store.PublishAsync(Snapshots.Create(), Snapshots.Round(2), term, Token)).Version);
        Assert.Equal(["snapshot-1.ocf", "snapshot-4.ocf"], Directory.EnumerateFiles(_folder.Path, "*.ocf").Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Thousand_rounds_are_kept()
    {
        for (var round = 1; round <= FileModelStore.MaxRounds + 5; round++)
        {
            await _store.RecordRoundAsync(Snapshots.Round(round, RoundOutcome.Rejected), Token);
        }

        var rounds = await _store.ListRoundsAsync(int.MaxValue, Token);
        Assert.Equal((1000, 1005L, 6L), (rounds.Count, rounds[0].RoundId, rounds[^1].RoundId));
    }

    [Fact]
    public async Task Newer_manifest_is_refused_and_left_alone()
    {
        _store.Dispose();
        ManifestFile.Write(_folder.File("manifest.json"), ModelManifest.Empty with { Format = 2 });
        var before = await File.ReadAllBytesAsync(_folder.File("manifest.json"), Token);

        Assert.Equal(2, Assert.Throws<StoreVersionException>(Open).StoredVersion);
        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File("manifest.json"), Token));
    }

    [Fact]
    public async Task Closed_store_is_unavailable()
    {
        _store.Dispose();

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.AcquireTermAsync(Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.LoadAsync(1, Token));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _store.GetServingVersionAsync(Token));
    }

    [Fact]
    public void Folder_is_held_by_one_store()
    {
        var refused = Assert.Throws<StoreInUseException>(Open);

        Assert.Equal((_folder.Path, Environment.ProcessId), (refused.Folder, refused.ProcessId));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task Killed_publisher_leaves_the_last_acknowledged_version_or_a_newer_one(int publications)
    {
        using var folder = new TestFolder();
        var reported = await CrashChild.KillAfterAsync(CrashChild.Publish, folder.Path, publications, Token);

        using var store = FileModelStore.Open(folder.Path, Keep, _log);

        var serving = await store.GetServingVersionAsync(Token);
        Assert.Empty(_log.Warnings);
        Assert.InRange(serving, reported[^1][0], long.MaxValue);
        Assert.Equal(serving, (await store.LoadAsync(serving, Token)).Version);
        Assert.InRange(await store.AcquireTermAsync(Token), reported[^1][1] + 1, long.MaxValue);
    }

    [Fact]
    public async Task Folder_of_the_first_format_opens_serves_and_goes_on()
    {
        using var folder = new TestFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Models", "Format1")))
        {
            File.Copy(file, folder.File(Path.GetFileName(file)));
        }

        using var store = FileModelStore.Open(folder.Path, keep: 3, _log);

        Assert.Empty(_log.Warnings);
        Assert.Equal((2, 2), (await store.GetServingVersionAsync(Token), await store.GetBestVersionAsync(Token)));
        Assert.Equal([3L, 2, 1], (await store.ListRoundsAsync(10, Token)).Select(round => round.RoundId));
        for (var version = 1; version <= 2; version++)
        {
            var expected = Snapshots.Create(rows: 6, embeddingDim: 3, seed: version);
            Snapshots.AssertSame(expected, await store.LoadAsync(version, Token));
            Snapshots.AssertSame(
                expected with { Users = FactorTable.Empty(3) }, await store.LoadAsync(version, SnapshotParts.Movies, Token));
        }

        var term = await store.AcquireTermAsync(Token);
        Assert.Equal(3, term);
        Assert.Equal(2, (await store.ServeAsync(2, term, Token)).Version);
        var next = await store.PublishAsync(Snapshots.Create(), Snapshots.Round(4), term, Token);
        Assert.Equal((3, 3), (next.Version, (await store.LoadAsync(3, Token)).Version));
    }

    protected override void Reopen()
    {
        _store.Dispose();
        _store = Open();
    }

    private FileModelStore Open() => FileModelStore.Open(_folder.Path, Keep, _log);
}
