using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Ratings;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Ratings;

/// <summary>The contract again, with entries that move into the indexes all the time.</summary>
public sealed class SqliteRatingLogIndexingTests : DurableRatingLogContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private SqliteStore _store;
    private SqliteRatingLog _log;

    public SqliteRatingLogIndexingTests() => (_store, _log) = Open();

    protected override IRatingLog Log => _log;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Any_history_reads_as_the_log_in_memory_reads(int seed)
    {
        var random = new Random(seed);
        var expected = new InMemoryRatingLog();
        for (var step = 0; step < 600; step++)
        {
            var (userId, movieId) = (random.Next(1, 12), random.Next(1, 15));
            switch (random.Next(40))
            {
                case 0:
                    Assert.Equal(await expected.EraseUserAsync(userId, Token), await _log.EraseUserAsync(userId, Token));
                    break;
                case 1:
                    var through = random.NextInt64(expected.KnownSequence + 1);
                    await expected.ForgetErasedAsync(through, Token);
                    await _log.ForgetErasedAsync(through, Token);
                    break;
                case 2:
                    Reopen();
                    break;
                case < 8:
                    await FailAsync(userId);
                    break;
                default:
                    var changes = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Change(userId, random)).ToArray();
                    Assert.Equal(await expected.AppendAsync(changes, Token), await _log.AppendAsync(changes, Token));
                    break;
            }

            Assert.Equal(expected.KnownSequence, _log.KnownSequence);
            Assert.Equal(await expected.ReadUserAsync(userId, Token), await _log.ReadUserAsync(userId, Token));
            var limit = random.Next(2) == 0 ? int.MaxValue : random.Next(1, 40);
            Assert.Equal(
                await expected.ReadMovieAsync(movieId, limit, Token), await _log.ReadMovieAsync(movieId, limit, Token));
        }

        Assert.Equal(await expected.EntriesAsync(0, 10_000, Token), await _log.EntriesAsync(0, 10_000, Token));
        await AssertIndexesAsync();
    }

    protected override void Close() => _store.Dispose();

    protected override void Reopen()
    {
        Close();
        (_store, _log) = Open();
    }

    private (SqliteStore Store, SqliteRatingLog Log) Open()
    {
        var store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions { IndexingStretch = 20 });
        return (store, new SqliteRatingLog(store));
    }

    private static RatingChange Change(long userId, Random random) => random.Next(6) == 0
        ? RatingChange.Deleted(userId, random.Next(1, 15), random.NextSingle(), random.NextInt64())
        : RatingChange.Rated(new Rating(userId, random.Next(1, 15), random.NextSingle(), random.NextInt64()));

    // An append and a failure in one group: neither the entry nor a step of the indexing may stay.
    private async Task FailAsync(long userId)
    {
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var blocker = _store.Writer.RunAsync(
            new WriteFunction<int>(_ =>
            {
                reached.Set();
                gate.Wait();
                return 0;
            }),
            Token).AsTask();
        reached.Wait(Token);
        var append = _log.AppendAsync(Rated(userId, 1, 2, 3), Token).AsTask();
        var failure = _store.Writer.RunAsync(new WriteFunction<long>(s => s.ReadInt64("SELECT nothing FROM nowhere")), Token).AsTask();
        gate.Set();
        await blocker;
        await Assert.ThrowsAsync<Core.StoreUnavailableException>(() => append);
        await Assert.ThrowsAsync<Core.StoreUnavailableException>(() => failure);
    }

    private async Task AssertIndexesAsync()
    {
        var (indexedThrough, strayUsers, strayMovies) = await _store.Readers.Log.RunAsync(
            session => (
                session.ReadInt64("SELECT sequence FROM rating_log_indexed"),
                session.ReadInt64("SELECT count(*) FROM (SELECT user_id, sequence FROM rating_log_by_user EXCEPT SELECT user_id, sequence FROM rating_log)"),
                session.ReadInt64("SELECT count(*) FROM (SELECT movie_id, sequence FROM rating_log_by_movie EXCEPT SELECT movie_id, sequence FROM rating_log)")),
            Token);
        Assert.InRange(indexedThrough, _log.KnownSequence / 2, _log.KnownSequence);
        Assert.Equal((0, 0), (strayUsers, strayMovies));
    }
}
