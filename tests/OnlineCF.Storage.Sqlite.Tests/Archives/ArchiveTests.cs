using System.Globalization;
using System.IO.Compression;
using System.Text;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Archives;
using OnlineCF.Storage.Sqlite.Archives;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Models;
using OnlineCF.Storage.Sqlite.Streams;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Archives;

public sealed class ArchiveTests : IDisposable
{
    private const int Seed = 20_261;

    private readonly TestFolder _folder = new();
    private readonly EmbeddedStorage _storage;

    public ArchiveTests() => _storage = EmbeddedStorage.Open(_folder.File("data"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Archive => _folder.File("out", "store.zip");

    public void Dispose()
    {
        _storage.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Restored_store_has_everything_under_the_numbers_it_had()
    {
        await FillAsync();
        var manifest = await ExportAsync();

        await RestoreAsync("copy");

        using var copy = EmbeddedStorage.Open(_folder.File("copy"));
        await ArchivedWorlds.AssertSameAsync(PortsOf(_storage), PortsOf(copy), Token);
        Assert.Equal(manifest.Log.Sequence, copy.RatingLog.KnownSequence);
        for (var user = 1L; user <= 21; user++)
        {
            Assert.Equal(await _storage.RatingLog.ReadUserAsync(user, Token), await copy.RatingLog.ReadUserAsync(user, Token));
        }

        Assert.Equal(await _storage.RatingLog.ReadMovieAsync(5, 1000, Token), await copy.RatingLog.ReadMovieAsync(5, 1000, Token));
        Assert.Equal(manifest.Log.Sequence + 1, await copy.RatingLog.AppendAsync(new[] { RatingChange.Rated(new Rating(1, 1, 3, 1)) }, Token));
    }

    [Fact]
    public async Task Empty_store_is_exported_and_restored()
    {
        var manifest = await ExportAsync();
        await RestoreAsync("copy");

        using var copy = EmbeddedStorage.Open(_folder.File("copy"));
        await ArchivedWorlds.AssertSameAsync(PortsOf(_storage), PortsOf(copy), Token);
        Assert.Equal((0, 0, 0), (manifest.Ratings, manifest.Entries, manifest.Movies));
    }

    [Theory]
    [InlineData(ArchiveContents.All)]
    [InlineData(ArchiveContents.Ratings)]
    public async Task Ratings_are_the_current_ones_to_the_last_bit(ArchiveContents contents)
    {
        await FillAsync();
        var manifest = await ExportAsync(contents);

        var lines = Read("ratings.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("userId,movieId,rating,timestamp", lines[0]);
        var expected = ArchivedWorlds.CurrentOf(await ArchivedWorlds.EntriesOfAsync(PortsOf(_storage), Token));
        Assert.Equal(
            expected.Select(entry => (entry.UserId, entry.MovieId, entry.Value, entry.RatedAtMicros)),
            lines.Skip(1).Select(line => line.Split(',')).Select(fields => (
                long.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[1], CultureInfo.InvariantCulture),
                float.Parse(fields[2], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture))));
        Assert.Equal(expected.Count, manifest.Ratings);
        Assert.Contains("5,\"Say \"\"hello\"\", 5\r\nŁódź (1955)\",Action|Film-Noir,false\n", Read("movies.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_of_whole_seconds_are_written_as_such()
    {
        await _storage.RatingLog.AppendAsync(new[] { RatingChange.Rated(new Rating(1, 2, 4, 964_982_703_000_000)) }, Token);
        await ExportAsync();

        Assert.Equal("userId,movieId,rating,timestamp\n1,2,4.0,964982703\n", Read("ratings.csv"));
    }

    [Fact]
    public async Task Archive_made_while_ratings_come_ends_at_its_cut()
    {
        await FillAsync();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var rating = Task.Run(async () =>
        {
            var random = new Random(Seed);
            while (!end.IsCancellationRequested)
            {
                await ArchivedWorlds.RateAsync(_storage.RatingLog, random, 10, Token);
            }
        }, Token);
        var known = _storage.RatingLog.KnownSequence;
        var manifest = await ExportAsync();
        await end.CancelAsync();
        await rating;
        await RestoreAsync("copy");

        using var copy = EmbeddedStorage.Open(_folder.File("copy"));
        Assert.InRange(manifest.Log.Sequence, known, _storage.RatingLog.KnownSequence);
        var through = (await ArchivedWorlds.EntriesOfAsync(PortsOf(_storage), Token)).TakeWhile(entry => entry.Sequence <= manifest.Log.Sequence).ToList();
        Assert.Equal(through, await ArchivedWorlds.EntriesOfAsync(PortsOf(copy), Token));
        Assert.Equal(ArchivedWorlds.CurrentOf(through).Count, manifest.Ratings);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("ratings.csv")]
    [InlineData("ratings.parquet")]
    public async Task User_erased_in_the_middle_is_in_no_file(string part)
    {
        await FillAsync();
        var erased = false;
        var progress = new Reports(report =>
        {
            if (report.Part == part && !erased)
            {
                erased = true;
                _storage.RatingLog.EraseUserAsync(3, Token).AsTask().GetAwaiter().GetResult();
            }
        });
        await new StoreExport(PortsOf(_storage), TimeProvider.System, progress).WriteAsync(Archive, ArchiveContents.All, Token);

        Assert.True(erased);
        Assert.DoesNotContain("\n3,", Read("ratings.csv"), StringComparison.Ordinal);
        await RestoreAsync("copy");
        using var copy = EmbeddedStorage.Open(_folder.File("copy"));
        Assert.All(await copy.RatingLog.ReadUserAsync(3, Token), entry => Assert.Equal((RatingEntryKind.Deleted, 0f), (entry.Kind, entry.ReplacedValue)));
        await ArchivedWorlds.AssertSameAsync(PortsOf(_storage), PortsOf(copy), Token);
    }

    [Theory]
    [InlineData("movies")]
    [InlineData("log")]
    [InlineData("statistics")]
    [InlineData("models")]
    [InlineData("indexes")]
    public async Task Restore_that_was_broken_off_goes_on_and_no_server_opens_what_is_half_there(string part)
    {
        await FillAsync();
        await ExportAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => RestoreAsync("copy", new Reports(report =>
        {
            if (report.Part == part)
            {
                throw new TimeoutException();
            }
        })));

        var refused = Assert.Throws<StoreCorruptException>(() => EmbeddedStorage.Open(_folder.File("copy")));
        Assert.Contains("was not finished", refused.Message, StringComparison.Ordinal);

        await RestoreAsync("copy");
        using var copy = EmbeddedStorage.Open(_folder.File("copy"));
        await ArchivedWorlds.AssertSameAsync(PortsOf(_storage), PortsOf(copy), Token);
    }

    [Fact]
    public async Task Half_filled_store_takes_no_other_archive()
    {
        await FillAsync();
        await ExportAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => RestoreAsync("copy", new Reports(_ => throw new TimeoutException())));
        File.Delete(Archive);
        await ExportAsync();

        var refused = await Assert.ThrowsAsync<StoreNotEmptyException>(() => RestoreAsync("copy"));
        Assert.Contains("another archive", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_with_something_in_it_is_not_filled()
    {
        await ExportAsync();
        using (var rated = EmbeddedStorage.Open(_folder.File("rated")))
        using (var named = EmbeddedStorage.Open(_folder.File("named")))
        using (var trained = EmbeddedStorage.Open(_folder.File("trained")))
        {
            await rated.RatingLog.AppendAsync(new[] { RatingChange.Rated(new Rating(1, 2, 4, 1)) }, Token);
            await named.Catalog.UpsertAsync([new Movie(1, "Heat", 1995, [], Hidden: false)], Token);
            await trained.Models.PublishAsync(Snapshots.Create(), Snapshots.Round(1), await trained.Models.AcquireTermAsync(Token), Token);
        }

        foreach (var full in (string[])["rated", "named", "trained"])
        {
            await Assert.ThrowsAsync<StoreNotEmptyException>(() => RestoreAsync(full));
            EmbeddedStorage.Open(_folder.File(full)).Dispose();
        }
    }

    [Fact]
    public async Task Damage_to_any_file_is_seen()
    {
        await FillAsync();
        var manifest = await ExportAsync();
        foreach (var name in manifest.Files.Select(file => file.Name))
        {
            var damaged = _folder.File($"damaged-{Path.GetFileName(name)}.zip");
            File.Copy(Archive, damaged);
            using (var zip = ZipFile.Open(damaged, ZipArchiveMode.Update))
            {
                var bytes = ReadBytes(zip, name);
                zip.GetEntry(name)!.Delete();
                bytes[bytes.Length / 2] ^= 1;
                using var written = zip.CreateEntry(name).Open();
                written.Write(bytes);
            }

            using var archive = StoreRestore.Open(damaged, _folder.Path);
            var refused = await Assert.ThrowsAsync<InvalidDataException>(() => archive.CheckAsync(Token));
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_whole_archive_is_refused_and_said_why()
    {
        await FillAsync();
        await ExportAsync();
        var whole = await File.ReadAllBytesAsync(Archive, Token);
        Assert.Contains("no archive", Refused(whole[..(whole.Length / 2)]), StringComparison.Ordinal);
        Assert.Contains("no archive", Refused("userId,movieId,rating"u8.ToArray()), StringComparison.Ordinal);
        Assert.Contains("no archive", Refused([]), StringComparison.Ordinal);
        Assert.Contains("knows formats up to 1", Refused(With("manifest.json", "{\"format\":2}")), StringComparison.Ordinal);
        Assert.Contains("damaged manifest.json", Refused(With("manifest.json", "{\"format\":1}")), StringComparison.Ordinal);
        Assert.Contains("damaged manifest.json", Refused(With("manifest.json", "[]")), StringComparison.Ordinal);
        Assert.Contains("has no manifest.json", Refused(With("else.json", "{}")), StringComparison.Ordinal);

        File.Delete(Archive);
        await ExportAsync(ArchiveContents.Ratings);
        Assert.Contains("less than everything", Refused(await File.ReadAllBytesAsync(Archive, Token)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_there_is_not_written_over_and_a_cancelled_export_leaves_nothing()
    {
        await FillAsync();
        using var cancelled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StoreExport(
            PortsOf(_storage), TimeProvider.System, new Reports(_ => cancelled.Cancel())).WriteAsync(Archive, ArchiveContents.All, cancelled.Token));
        Assert.Empty(Directory.GetFiles(_folder.File("out")));

        await ExportAsync();
        await Assert.ThrowsAsync<IOException>(() => ExportAsync());
    }

    [Fact]
    public async Task Factors_are_arrays_of_NumPy()
    {
        await FillAsync();
        var manifest = await ExportAsync(ArchiveContents.Factors);
        var served = await _storage.Models.LoadAsync(2, Token);

        var bytes = ReadBytes("factors/movie_ranking_factors.npy");
        var header = Encoding.ASCII.GetString(bytes, 10, BitConverter.ToUInt16(bytes, 8));
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (50, 5), }", header.TrimEnd());
        Assert.Equal(0, (10 + header.Length) % 64);
        Assert.Equal(bytes.Length, 10 + header.Length + (50 * 5 * 4));
        Assert.Equal(served.Movies.RankingRow(49)[4], BitConverter.ToSingle(bytes, bytes.Length - 4));
        Assert.Equal(served.Movies.Ids[1], BitConverter.ToInt64(ReadBytes("factors/movie_ids.npy"), 128 + 8));
        Assert.Equal(2, manifest.ModelMarks.Serving);
    }

    private static ArchivedStore PortsOf(EmbeddedStorage storage) =>
        new(storage.RatingLog, storage.Catalog, storage.Checkpoints, storage.Models, storage.Transfer);

    private static byte[] ReadBytes(ZipArchive zip, string name)
    {
        using var file = zip.GetEntry(name)!.Open();
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static byte[] With(string name, string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = zip.CreateEntry(name).Open();
            file.Write(Encoding.UTF8.GetBytes(text));
        }

        return bytes.ToArray();
    }

    private Task FillAsync() =>
        ArchivedWorlds.FillAsync(_storage.RatingLog, _storage.Catalog, _storage.Checkpoints, _storage.Models, Seed, Token);

    private Task<ArchiveManifest> ExportAsync(ArchiveContents contents = ArchiveContents.All) =>
        new StoreExport(PortsOf(_storage), TimeProvider.System).WriteAsync(Archive, contents, Token);

    private async Task RestoreAsync(string folder, IProgress<ArchiveProgress>? progress = null)
    {
        using var restore = StoreRestore.Open(Archive, _folder.File("scratch"), progress);
        using var store = SqliteStore.Open(_folder.File(folder), new SqliteStoreOptions { IsToBeFilled = true });
        using var models = FileModelStore.Open(_folder.File(folder, EmbeddedStorage.ModelsFolder));
        await restore.FillAsync(new(new SqliteCatalog(store), new SqliteStreamCheckpoints(store), new SqliteTransfer(store, models)), Token);
        Assert.Empty(Directory.GetFiles(_folder.File("scratch")));
    }

    private string Refused(byte[] archive)
    {
        var path = _folder.File("other.zip");
        File.WriteAllBytes(path, archive);
        return Assert.Throws<InvalidDataException>(() => StoreRestore.Open(path, _folder.Path)).Message;
    }

    private string Read(string name) => Encoding.UTF8.GetString(ReadBytes(name));

    private byte[] ReadBytes(string name)
    {
        using var zip = ZipFile.OpenRead(Archive);
        return ReadBytes(zip, name);
    }

    // Progress<T> would tell it later.
    private sealed class Reports(Action<ArchiveProgress> tell) : IProgress<ArchiveProgress>
    {
        public void Report(ArchiveProgress value) => tell(value);
    }
}
