using OnlineCF.Core.Archives;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Models;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Archives;

namespace OnlineCF.Storage.Tests.Contracts;

/// <summary>Stores with something of everything in them, and what of two stores must be the same.</summary>
internal static class ArchivedWorlds
{
    private const int Users = 20;
    private const int Movies = 30;
    private const int Partitions = 3;

    /// <summary>Makes ratings that were changed and deleted, dismissals, erasures old and new, statistics, and models rolled back.</summary>
    public static async Task FillAsync(
        IRatingLog log, ICatalog catalog, IStreamCheckpoints checkpoints, IModelStore models, int seed, CancellationToken token)
    {
        var random = new Random(seed);
        await catalog.UpsertAsync([.. Enumerable.Range(1, Movies).Select(id => (MovieUpdate)MovieOf(id))], token);
        await catalog.UpsertAsync([MovieOf(7) with { Hidden = true }], token);
        await RateAsync(log, random, 600, token);
        await log.EraseUserAsync(1, token);
        await log.ForgetErasedAsync(await log.ReadEndAsync(token), token);
        await RateAsync(log, random, 150, token);
        await log.EraseUserAsync(2, token);
        await RateAsync(log, random, 150, token);
        await checkpoints.PrepareAsync(Partitions, token);
        for (var partition = 0; partition < Partitions; partition++)
        {
            await checkpoints.SaveAsync(
                partition,
                new StreamCheckpoint(100 + partition, [.. Enumerable.Range(1, 5 * partition).Select(key => new StreamRow(key, new byte[] { (byte)key, (byte)partition }))]),
                token);
        }

        var term = await models.AcquireTermAsync(token);
        for (var round = 1; round <= 3; round++)
        {
            await models.PublishAsync(Snapshots.Create(rows: 50, seed: round).WithAllTables(), Snapshots.Round(round), term, token);
        }

        await models.RecordRoundAsync(Snapshots.Round(4, RoundOutcome.Rejected), token);
        await models.ServeAsync(2, term, token);
    }

    /// <summary>Compares all that a store tells of itself.</summary>
    public static async Task AssertSameAsync(ArchivedStore expected, ArchivedStore actual, CancellationToken token)
    {
        var (expectedMarks, marks) = (await expected.Transfer.ReadMarksAsync(token), await actual.Transfer.ReadMarksAsync(token));
        Assert.Equal((expectedMarks.Sequence, expectedMarks.ForgottenThrough), (marks.Sequence, marks.ForgottenThrough));
        Assert.Equal(expectedMarks.Erasures, marks.Erasures);
        Assert.Equal(await EntriesOfAsync(expected, token), await EntriesOfAsync(actual, token));
        Assert.Equal(await MoviesOfAsync(expected, token), await MoviesOfAsync(actual, token));
        Assert.Equal(await StatisticsOfAsync(expected, token), await StatisticsOfAsync(actual, token));
        Assert.Equal(await expected.Transfer.ReadModelMarksAsync(token), await actual.Transfer.ReadModelMarksAsync(token));
        var models = await expected.Models.ListModelsAsync(token);
        Assert.Equal(models, await actual.Models.ListModelsAsync(token));
        Assert.Equal(await expected.Models.ListRoundsAsync(1000, token), await actual.Models.ListRoundsAsync(1000, token));
        Assert.Equal(await expected.Models.GetBestVersionAsync(token), await actual.Models.GetBestVersionAsync(token));
        foreach (var model in models)
        {
            Snapshots.AssertSame(await expected.Models.LoadAsync(model.Version, token), await actual.Models.LoadAsync(model.Version, token));
        }
    }

    /// <summary>The whole log.</summary>
    public static async Task<IReadOnlyList<RatingEntry>> EntriesOfAsync(ArchivedStore store, CancellationToken token) =>
        (await store.Log.ReadAsync(0, 1_000_000, token)).Entries;

    /// <summary>What is current by the plainest of rules: the last entry of a pair of user and movie.</summary>
    public static IReadOnlyList<RatingEntry> CurrentOf(IEnumerable<RatingEntry> entries) =>
    [
        .. entries.Where(entry => entry.Kind.IsOfRating()).GroupBy(entry => (entry.UserId, entry.MovieId)).Select(pair => pair.Last())
            .Where(entry => entry.Kind == RatingEntryKind.Rated).OrderBy(entry => entry.Sequence),
    ];

    /// <summary>Appends as a user's grain does: with what each change takes the place of.</summary>
    public static async Task RateAsync(IRatingLog log, Random random, int count, CancellationToken token)
    {
        for (var i = 0; i < count; i++)
        {
            var (user, movie) = (random.NextInt64(1, Users + 1), random.NextInt64(1, Movies + 1));
            var before = (await log.ReadUserAsync(user, token)).LastOrDefault(entry => entry.MovieId == movie && entry.Kind.IsOfRating());
            var (value, time) = (before.Value, before.RatedAtMicros);
            var change = random.Next(10) switch
            {
                0 when value > 0 => RatingChange.Deleted(user, movie, value, time),
                1 => RatingChange.Dismissal(user, movie, undo: random.Next(2) == 0),
                _ => new RatingChange(
                    RatingEntryKind.Rated, user, movie, random.Next(2) == 0 ? random.Next(1, 11) / 2f : 0.5f + (4.5f * random.NextSingle()),
                    1_000_000_000_000_000 + random.NextInt64(1_000_000_000), value, time),
            };
            await log.AppendAsync(new[] { change }, token);
        }
    }

    private static Movie MovieOf(int id) => new(
        id, id % 5 == 0 ? $"Say \"hello\", {id}\r\nŁódź" : $"Movie {id}", id % 4 == 0 ? 0 : 1950 + id, id % 3 == 0 ? [] : ["Action", "Film-Noir"], Hidden: id % 11 == 0);

    private static async Task<IReadOnlyList<string>> MoviesOfAsync(ArchivedStore store, CancellationToken token) =>
    [
        .. (await store.Catalog.ReadChangesAsync(0, 100_000, token)).Movies
            .Select(movie => $"{movie.MovieId}|{movie.Title}|{movie.Year}|{string.Join('/', movie.Genres)}|{movie.Hidden}"),
    ];

    private static async Task<IReadOnlyList<string>> StatisticsOfAsync(ArchivedStore store, CancellationToken token)
    {
        var lines = new List<string>();
        var partitions = await store.Transfer.ReadPartitionsAsync(token);
        for (var partition = 0; partition < partitions; partition++)
        {
            lines.Add($"{partition} at {await store.Checkpoints.LoadSequenceAsync(partition, token)}");
            lines.AddRange((await store.Checkpoints.LoadRowsAsync(partition, 0, 1000, token)).Select(row => $"{row.Key} {Convert.ToHexString(row.State.Span)}"));
        }

        return lines;
    }
}
