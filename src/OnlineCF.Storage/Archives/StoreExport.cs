using System.Runtime.CompilerServices;
using System.Text.Json;
using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Folders;

namespace OnlineCF.Storage.Archives;

/// <summary>
/// Writes a store into one archive while ratings flow: models and statistics first, then the log up to where it ended
/// after them, so that nothing in the archive knows of a rating that is not in it. Where a user is erased meanwhile it
/// begins again: what was erased before the archive is whole is not in it.
/// </summary>
public sealed class StoreExport
{
    private const int Attempts = 5;
    private const int PageRows = 16_384;

    private readonly ArchivedStore _store;
    private readonly TimeProvider _time;
    private readonly IProgress<ArchiveProgress>? _progress;

    /// <summary>Exports of a store, which stays the caller's.</summary>
    /// <param name="store">What is exported.</param>
    /// <param name="time">The clock.</param>
    /// <param name="progress">Told how far it is.</param>
    public StoreExport(ArchivedStore store, TimeProvider time, IProgress<ArchiveProgress>? progress = null) =>
        (_store, _time, _progress) = (store, time, progress);

    /// <summary>Makes the archive; it is there whole or not at all.</summary>
    /// <param name="path">Of a file that is not there.</param>
    /// <param name="contents">What goes into it.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    /// <exception cref="Core.StoreUnavailableException">The store cannot be read.</exception>
    public async Task<ArchiveManifest> WriteAsync(string path, ArchiveContents contents, CancellationToken cancellationToken)
    {
        path = Path.GetFullPath(path);
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new IOException($"'{path}' is there already; an archive is never written over something.");
        }

        DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
        var draft = path + DurableFile.TemporarySuffix;
        try
        {
            var manifest = await WriteDraftAsync(draft, contents, cancellationToken).ConfigureAwait(false);
            File.Move(draft, path);
            DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
            return manifest;
        }
        finally
        {
            DurableFile.DeleteQuietly(draft);
        }
    }

    private async Task<ArchiveManifest> WriteDraftAsync(string draft, ArchiveContents contents, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var output = new FileStream(draft, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
            try
            {
                var manifest = await WriteAsync(output, contents, cancellationToken).ConfigureAwait(false);
                output.Flush(flushToDisk: true);
                return manifest;
            }
            catch (ChangedMeanwhileException) when (attempt < Attempts)
            {
                // From the start.
            }
            catch (ChangedMeanwhileException e)
            {
                throw new IOException($"{e.Message}, {Attempts} times in a row; try again when there is less going on.", e);
            }
        }
    }

    private async Task<ArchiveManifest> WriteAsync(Stream output, ArchiveContents contents, CancellationToken cancellationToken)
    {
        var madeAt = _time.GetUtcNow();
        using var archive = new ArchiveFile(output);
        var manifest = new ArchiveManifest
        {
            Format = ArchiveManifest.CurrentFormat,
            Id = Guid.NewGuid().ToString("N"),
            Contents = contents,
            MadeAt = madeAt,
            Log = new LogMarks(0, 0, []),
            Entries = 0,
            Ratings = 0,
            Movies = 0,
            Files = [],
        };
        if (contents != ArchiveContents.Ratings)
        {
            manifest = await AddModelsAsync(archive, manifest, cancellationToken).ConfigureAwait(false);
        }

        if (contents != ArchiveContents.Factors)
        {
            manifest = await AddRatingsAsync(archive, manifest, cancellationToken).ConfigureAwait(false);
        }

        manifest = manifest with { Files = [.. archive.Files] };
        archive.End(manifest);
        return manifest;
    }

    private async Task<ArchiveManifest> AddModelsAsync(ArchiveFile archive, ArchiveManifest manifest, CancellationToken cancellationToken)
    {
        var marks = await _store.Transfer.ReadModelMarksAsync(cancellationToken).ConfigureAwait(false);
        var models = await _store.Models.ListModelsAsync(cancellationToken).ConfigureAwait(false);
        var rounds = await _store.Models.ListRoundsAsync(int.MaxValue, cancellationToken).ConfigureAwait(false);
        if (models.Count > 0 && models[0].Version >= marks.Next)
        {
            throw new ChangedMeanwhileException("a model was promoted");
        }

        try
        {
            if (manifest.Contents == ArchiveContents.Factors)
            {
                await AddFactorsAsync(archive, marks.Serving, cancellationToken).ConfigureAwait(false);
                return manifest with { ModelMarks = marks, Models = [.. models.Where(model => model.Version == marks.Serving)] };
            }

            for (var i = 0; i < models.Count; i++)
            {
                var version = models[i].Version;
                Report("models", i, models.Count);
                await archive.AddAsync(
                    ArchiveNames.ModelOf(version), isPacked: true,
                    file => _store.Transfer.CopyModelAsync(version, file, cancellationToken).AsTask()).ConfigureAwait(false);
            }
        }
        catch (ModelNotFoundException)
        {
            throw new ChangedMeanwhileException("a model was dropped");
        }

        await archive.AddAsync(
            ArchiveNames.Rounds, isPacked: false,
            file => JsonSerializer.SerializeAsync(file, rounds, ArchiveJson.Default.IReadOnlyListRoundRecord, cancellationToken)).ConfigureAwait(false);
        Report("models", models.Count, models.Count);
        return await AddStatisticsAsync(archive, manifest with { ModelMarks = marks, Models = models }, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddFactorsAsync(ArchiveFile archive, long version, CancellationToken cancellationToken)
    {
        if (version == 0)
        {
            throw new InvalidOperationException("There is no model yet whose factors could be exported.");
        }

        var snapshot = await _store.Models.LoadAsync(version, SnapshotParts.All, cancellationToken).ConfigureAwait(false);
        await AddFactorsAsync(archive, "movie", snapshot.Movies).ConfigureAwait(false);
        await AddFactorsAsync(archive, "user", snapshot.Users).ConfigureAwait(false);
        if (snapshot.SittingMovies is { } sitting)
        {
            await AddAsync(archive, "sitting_movie_ranking_factors", file => NumpyArray.Write(file, sitting.RankingFactors, sitting.EmbeddingDim, sitting.Stride)).ConfigureAwait(false);
        }
    }

    private static async Task AddFactorsAsync(ArchiveFile archive, string side, FactorTable table)
    {
        await AddAsync(archive, $"{side}_ids", file => NumpyArray.Write(file, table.Ids)).ConfigureAwait(false);
        await AddAsync(archive, $"{side}_biases", file => NumpyArray.Write(file, table.Biases)).ConfigureAwait(false);
        await AddAsync(archive, $"{side}_rating_factors", file => NumpyArray.Write(file, table.RatingFactors, table.EmbeddingDim, table.Stride)).ConfigureAwait(false);
        await AddAsync(archive, $"{side}_ranking_factors", file => NumpyArray.Write(file, table.RankingFactors, table.EmbeddingDim, table.Stride)).ConfigureAwait(false);
    }

    private static Task AddAsync(ArchiveFile archive, string name, Action<Stream> write) => archive.AddAsync(
        ArchiveNames.FactorsOf(name), isPacked: false,
        file =>
        {
            write(file);
            return Task.CompletedTask;
        });

    private async Task<ArchiveManifest> AddStatisticsAsync(ArchiveFile archive, ArchiveManifest manifest, CancellationToken cancellationToken)
    {
        var partitions = await _store.Transfer.ReadPartitionsAsync(cancellationToken).ConfigureAwait(false);
        var sequences = new long[partitions];
        for (var partition = 0; partition < partitions; partition++)
        {
            sequences[partition] = await _store.Checkpoints.LoadSequenceAsync(partition, cancellationToken).ConfigureAwait(false);
        }

        await archive.AddAsync(
            ArchiveNames.Statistics, isPacked: true,
            file => StatisticsTable.WriteAsync(file, StatisticsAsync(partitions, cancellationToken), cancellationToken)).ConfigureAwait(false);
        return manifest with { Partitions = partitions, PartitionSequences = sequences };
    }

    private async IAsyncEnumerable<IReadOnlyList<PartitionRow>> StatisticsAsync(
        int partitions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var done = 0L;
        for (var partition = 0; partition < partitions; partition++)
        {
            IReadOnlyList<StreamRow> rows;
            for (var after = 0L; ; after = rows[^1].Key)
            {
                rows = await _store.Checkpoints.LoadRowsAsync(partition, after, PageRows, cancellationToken).ConfigureAwait(false);
                if (rows.Count == 0)
                {
                    break;
                }

                var number = partition;
                yield return [.. rows.Select(row => new PartitionRow(number, row))];
                Report("statistics", done += rows.Count, 0);
            }
        }
    }

    private async Task<ArchiveManifest> AddRatingsAsync(ArchiveFile archive, ArchiveManifest manifest, CancellationToken cancellationToken)
    {
        var marks = await _store.Transfer.ReadMarksAsync(cancellationToken).ConfigureAwait(false);
        var current = new CurrentRatings();
        if (manifest.Contents == ArchiveContents.All)
        {
            await archive.AddAsync(
                ArchiveNames.Log, isPacked: true,
                file => EntryTable.WriteAsync(file, current.MarkAsync(LogAsync("log", marks.Sequence, cancellationToken)), cancellationToken)).ConfigureAwait(false);
        }
        else
        {
            await foreach (var entries in LogAsync("log", marks.Sequence, cancellationToken).ConfigureAwait(false))
            {
                current.Mark(entries);
            }
        }

        await archive.AddAsync(
            ArchiveNames.RatingsCsv, isPacked: false,
            file => RatingTable.WriteCsvAsync(
                file, current.OfAsync(LogAsync(ArchiveNames.RatingsCsv, marks.Sequence, cancellationToken)), current.WholeSeconds, cancellationToken)).ConfigureAwait(false);
        var ratings = current.TakeCount();
        await archive.AddAsync(
            ArchiveNames.RatingsParquet, isPacked: true,
            file => RatingTable.WriteParquetAsync(
                file, current.OfAsync(LogAsync(ArchiveNames.RatingsParquet, marks.Sequence, cancellationToken)), cancellationToken)).ConfigureAwait(false);

        // An entry that went after a pass had read it would be in one file and not in the other.
        var after = await _store.Transfer.ReadMarksAsync(cancellationToken).ConfigureAwait(false);
        if (!after.ErasedAsMuchAs(marks) || current.TakeCount() != ratings)
        {
            throw new ChangedMeanwhileException("a user was erased");
        }

        var movies = 0L;
        await archive.AddAsync(ArchiveNames.MoviesCsv, isPacked: false, file => MovieTable.WriteCsvAsync(file, MoviesAsync(_ => { }, cancellationToken))).ConfigureAwait(false);
        await archive.AddAsync(
            ArchiveNames.MoviesParquet, isPacked: true,
            file => MovieTable.WriteParquetAsync(file, MoviesAsync(count => movies += count, cancellationToken), cancellationToken)).ConfigureAwait(false);
        return manifest with { Log = marks, Entries = current.Entries, Ratings = ratings, Movies = movies };
    }

    private async IAsyncEnumerable<IReadOnlyList<RatingEntry>> LogAsync(
        string part, long through, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var after = 0L;
        while (after < through)
        {
            var page = await _store.Log.ReadAsync(after, EntryTable.GroupRows, cancellationToken).ConfigureAwait(false);
            if (page.Entries.Count == 0)
            {
                break;
            }

            after = page.Entries[^1].Sequence;
            var entries = after <= through ? page.Entries : [.. page.Entries.TakeWhile(entry => entry.Sequence <= through)];
            if (entries.Count > 0)
            {
                yield return entries;
            }

            Report(part, Math.Min(after, through), through);
        }
    }

    private async IAsyncEnumerable<IReadOnlyList<Movie>> MoviesAsync(
        Action<int> count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CatalogueChanges page;
        for (var version = 0L; ; version = page.Version)
        {
            page = await _store.Catalog.ReadChangesAsync(version, PageRows, cancellationToken).ConfigureAwait(false);
            if (page.Movies.Count == 0)
            {
                break;
            }

            count(page.Movies.Count);
            yield return page.Movies;
        }
    }

    private void Report(string part, long done, long total) => _progress?.Report(new ArchiveProgress(part, done, total));

    private sealed class ChangedMeanwhileException(string message) : Exception(message);
}
