using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Archives;

/// <summary>
/// Fills an empty store from an archive. Sequences, versions and times stay what they were, so that lists and
/// statistics do. Broken off, it goes on where it stopped.
/// </summary>
public sealed class StoreRestore : IDisposable
{
    private const string DamagedArchive = "The archive is damaged:";
    private const int CommitEntries = 65_536;
    private const int CommitMovies = 1_000;

    private readonly ZipArchive _zip;
    private readonly string _scratch;
    private readonly IProgress<ArchiveProgress>? _progress;

    private StoreRestore(ZipArchive zip, ArchiveManifest manifest, string scratch, IProgress<ArchiveProgress>? progress) =>
        (_zip, Manifest, _scratch, _progress) = (zip, manifest, scratch, progress);

    /// <summary>What the archive says of itself.</summary>
    public ArchiveManifest Manifest { get; }

    /// <summary>Opens an archive and looks whether a store can be restored from it.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="scratch">A folder for files that are unpacked and deleted again.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <exception cref="InvalidDataException">It is none, it is cut short, or it holds too little.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StoreRestore Open(string path, string scratch, IProgress<ArchiveProgress>? progress = null)
    {
        ZipArchive zip;
        try
        {
            zip = ZipFile.OpenRead(path);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is no archive, or a damaged one: {e.Message}", e);
        }

        try
        {
            var manifest = ReadManifest(zip, path);
            if (manifest.Contents != ArchiveContents.All)
            {
                throw new InvalidDataException($"'{path}' was made with less than everything in it; no store can be restored from it. Its ratings are taken by 'onlinecf import'.");
            }

            return new StoreRestore(zip, manifest, scratch, progress);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    /// <summary>What an archive says of itself, whatever is in it.</summary>
    /// <exception cref="InvalidDataException">It is none, or it is cut short.</exception>
    public static ArchiveManifest ReadManifest(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return ReadManifest(zip, path);
    }

    /// <summary>Looks whether every file is there and whole.</summary>
    /// <exception cref="InvalidDataException">One is not.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        foreach (var expected in Manifest.Files)
        {
            try
            {
                await using var file = EntryOf(expected.Name).Open();
                if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false)) != expected.Sha256)
                {
                    throw Damaged($"the checksum of {expected.Name} does not fit");
                }
            }
            catch (InvalidDataException e) when (!e.Message.StartsWith(DamagedArchive, StringComparison.Ordinal))
            {
                throw Damaged($"{expected.Name} cannot be unpacked", e);
            }
        }
    }

    /// <summary>Fills the store.</summary>
    /// <exception cref="Core.Archives.StoreNotEmptyException">There is something in it.</exception>
    /// <exception cref="InvalidDataException">A file of the archive is damaged; what was restored stays, for another try.</exception>
    /// <exception cref="Core.StoreUnavailableException">The store cannot be written.</exception>
    public async Task FillAsync(FilledStore store, CancellationToken cancellationToken)
    {
        var restored = await store.Transfer.BeginAsync(Manifest.Id, cancellationToken).ConfigureAwait(false);
        try
        {
            await UseAsync(ArchiveNames.MoviesParquet, file => AddMoviesAsync(store, file, cancellationToken)).ConfigureAwait(false);
            await UseAsync(ArchiveNames.Log, file => AddEntriesAsync(store, file, restored, cancellationToken)).ConfigureAwait(false);
            await UseAsync(ArchiveNames.Statistics, file => AddStatisticsAsync(store, file, cancellationToken)).ConfigureAwait(false);
            foreach (var model in Manifest.Models.OrderBy(model => model.Version))
            {
                Report("models", model.Version, Manifest.Models[0].Version);
                await UseAsync(
                    ArchiveNames.ModelOf(model.Version),
                    file => store.Transfer.AddModelAsync(model, file, cancellationToken).AsTask()).ConfigureAwait(false);
            }

            var rounds = await RoundsAsync().ConfigureAwait(false);
            Report("indexes", 0, 0);
            await store.Transfer.FinishAsync(new(Manifest.Log, Manifest.ModelMarks, rounds), cancellationToken).ConfigureAwait(false);
        }
        catch (CorruptSnapshotException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    private static ArchiveManifest ReadManifest(ZipArchive zip, string path)
    {
        var entry = zip.GetEntry(ArchiveManifest.FileName)
            ?? throw new InvalidDataException($"'{path}' is no archive of a store: it has no {ArchiveManifest.FileName}. Ratings of other files are taken by 'onlinecf import'.");
        try
        {
            using var file = entry.Open();
            using var document = JsonDocument.Parse(file);
            var format = document.RootElement.GetProperty("format").GetInt32();
            if (format > ArchiveManifest.CurrentFormat)
            {
                throw new InvalidDataException($"'{path}' has format {format}, but this OnlineCF knows formats up to {ArchiveManifest.CurrentFormat}. Run the version that wrote it, or a newer one.");
            }

            return document.Deserialize(ArchiveJson.Default.ArchiveManifest)!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"'{path}' has a damaged {ArchiveManifest.FileName}: {e.Message}", e);
        }
    }

    private async Task AddMoviesAsync(FilledStore store, Stream file, CancellationToken cancellationToken)
    {
        var done = 0L;
        await foreach (var movies in MovieTable.ReadAsync(file, cancellationToken).ConfigureAwait(false))
        {
            foreach (var page in movies.Chunk(CommitMovies))
            {
                await store.Catalog.UpsertAsync([.. page.Select(movie => (MovieUpdate)movie)], cancellationToken).ConfigureAwait(false);
                Report("movies", done += page.Length, Manifest.Movies);
            }
        }
    }

    private async Task AddEntriesAsync(FilledStore store, Stream file, long restored, CancellationToken cancellationToken)
    {
        await foreach (var entries in EntryTable.ReadAsync(file, restored, cancellationToken).ConfigureAwait(false))
        {
            for (var first = 0; first < entries.Count; first += CommitEntries)
            {
                RatingEntry[] page = [.. entries.Skip(first).Take(CommitEntries)];
                await store.Transfer.AppendAsync(page, cancellationToken).ConfigureAwait(false);
                Report("log", page[^1].Sequence, Manifest.Log.Sequence);
            }
        }
    }

    private async Task AddStatisticsAsync(FilledStore store, Stream file, CancellationToken cancellationToken)
    {
        if (Manifest.Partitions == 0)
        {
            return;
        }

        await store.Checkpoints.PrepareAsync(Manifest.Partitions, cancellationToken).ConfigureAwait(false);
        var done = 0L;
        await foreach (var rows in StatisticsTable.ReadAsync(file, cancellationToken).ConfigureAwait(false))
        {
            var partition = rows[0].Partition;
            await store.Checkpoints.SaveAsync(
                partition, new StreamCheckpoint(0, [.. rows.Select(row => row.Row)]), cancellationToken).ConfigureAwait(false);
            Report("statistics", done += rows.Count, 0);
        }

        // The sequence last: without it a subscriber starts over.
        for (var partition = 0; partition < Manifest.Partitions; partition++)
        {
            await store.Checkpoints.SaveAsync(
                partition, new StreamCheckpoint(Manifest.PartitionSequences[partition], []), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<RoundRecord>> RoundsAsync()
    {
        IReadOnlyList<RoundRecord> rounds = [];
        await UseAsync(
            ArchiveNames.Rounds,
            async file => rounds = await JsonSerializer.DeserializeAsync(file, ArchiveJson.Default.IReadOnlyListRoundRecord).ConfigureAwait(false) ?? []).ConfigureAwait(false);
        return rounds;
    }

    /// <summary>Unpacks a file, checks it whole, and gives it.</summary>
    private async Task UseAsync(string name, Func<Stream, Task> use)
    {
        var expected = Manifest.Files.FirstOrDefault(file => file.Name == name) ?? throw Damaged($"its list of files has no {name}");
        DurableFile.CreateFolder(_scratch);
        var path = Path.Combine(_scratch, $"restore-{Guid.NewGuid():N}{DurableFile.TemporarySuffix}");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        try
        {
            await using var packed = EntryOf(name).Open();
            await packed.CopyToAsync(file).ConfigureAwait(false);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(DamagedArchive, StringComparison.Ordinal))
        {
            throw Damaged($"{name} cannot be unpacked", e);
        }

        file.Position = 0;
        if (file.Length != expected.SizeBytes || Convert.ToHexStringLower(await SHA256.HashDataAsync(file).ConfigureAwait(false)) != expected.Sha256)
        {
            throw Damaged($"the checksum of {name} does not fit");
        }

        file.Position = 0;
        await use(file).ConfigureAwait(false);
    }

    private ZipArchiveEntry EntryOf(string name) => _zip.GetEntry(name) ?? throw Damaged($"it has no {name}");

    private static InvalidDataException Damaged(string how, Exception? inner = null) => new($"{DamagedArchive} {how}.", inner);

    private void Report(string part, long done, long total) => _progress?.Report(new ArchiveProgress(part, done, total));
}
