using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Database;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Ratings;

public sealed class SqliteRatingLogTests : DurableRatingLogContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private SqliteStore _store;
    private SqliteRatingLog _log;

    public SqliteRatingLogTests() => (_store, _log) = Open();

    protected override IRatingLog Log => _log;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Callers_that_wait_together_share_a_commit()
    {
        var before = _store.Commits;

        await Task.WhenAll(Enumerable.Range(1, 1000).Select(user => _log.AppendAsync(Rated(user, 1), Token).AsTask()));

        Assert.InRange(_store.Commits - before, 1, 500);
        Assert.Equal(1000, _log.KnownSequence);
    }

    [Fact]
    public async Task More_callers_than_the_queue_holds_are_all_served()
    {
        Close();
        (_store, _log) = Open(new SqliteStoreOptions { QueueLength = 1, Readers = 1 });

        await Task.WhenAll(Enumerable.Range(1, 300).Select(user => _log.AppendAsync(Rated(user, 1), Token).AsTask()));

        Assert.Equal(300, (await _log.EntriesAsync(0, 1000, Token)).Count);
    }

    [Fact]
    public async Task Full_disk_fails_the_calls_keeps_what_was_acknowledged_and_heals()
    {
        var acknowledged = await _log.AppendAsync(Rated(1, 1, 2, 3), Token);
        await LimitPagesAsync(1);

        var large = Enumerable.Range(1, 20_000).Select(i => (long)i).ToArray();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _log.AppendAsync(Rated(2, large), Token));
        Assert.Equal(acknowledged, _log.KnownSequence);
        Assert.Equal(3, (await _log.EntriesAsync(0, 100_000, Token)).Count);

        await LimitPagesAsync(1_000_000);
        Assert.Equal(acknowledged + 20_000, await _log.AppendAsync(Rated(2, large), Token));
        Assert.Equal(20_000, (await _log.ReadUserAsync(2, Token)).Count);
    }

    [Fact]
    public async Task Failed_write_fails_every_call_of_its_group_and_the_next_group_works()
    {
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var blocker = _store.Writer.RunAsync(Blocking(reached, gate), Token).AsTask();
        reached.Wait(Token);
        var good = Enumerable.Range(1, 5).Select(user => _log.AppendAsync(Rated(user, 1), Token).AsTask()).ToList();
        var bad = _store.Writer.RunAsync(new WriteFunction<long>(s => s.ReadInt64("SELECT nothing FROM nowhere")), Token).AsTask();
        gate.Set();

        await blocker;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bad);
        foreach (var call in good)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
        }

        Assert.Equal(0, _log.KnownSequence);
        Assert.Equal(2, await _log.AppendAsync(Rated(1, 1, 2), Token));
        Assert.Equal(2, (await _log.EntriesAsync(0, 10, Token)).Count);
    }

    [Fact]
    public async Task Caller_that_gives_up_in_the_queue_has_appended_nothing()
    {
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var patience = new CancellationTokenSource();
        var blocker = _store.Writer.RunAsync(Blocking(reached, gate), Token).AsTask();
        reached.Wait(Token);
        var append = _log.AppendAsync(Rated(1, 1), patience.Token).AsTask();

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => append);
        gate.Set();
        await blocker;

        Assert.Equal(1, await _log.AppendAsync(Rated(2, 1), Token));
    }

    [Fact]
    public async Task Erasure_that_a_reader_holds_up_says_so_and_works_again()
    {
        Close();
        (_store, _log) = Open(new SqliteStoreOptions { ErasurePatience = TimeSpan.FromMilliseconds(20) });
        await _log.AppendAsync(Rated(1, 1, 2), Token);
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var reading = ReadUntilAsync(gate, reached);
        reached.Wait(Token);

        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _log.EraseUserAsync(1, Token));
        Assert.Equal(5, await _log.AppendAsync(Rated(2, 1), Token));
        gate.Set();
        await reading;

        Assert.Equal(0, await _log.EraseUserAsync(1, Token));
        Assert.Equal([3L, 4, 5], (await _log.EntriesAsync(0, 10, Token)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task Acknowledgements_go_on_while_an_erasure_waits_for_a_reader()
    {
        await _log.AppendAsync(Rated(1, 1, 2), Token);
        using var gate = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        var reading = ReadUntilAsync(gate, reached);
        reached.Wait(Token);

        var erasure = _log.EraseUserAsync(1, Token).AsTask();
        for (var movieId = 1; movieId <= 20; movieId++)
        {
            await _log.AppendAsync(Rated(2, movieId), Token);
        }

        Assert.False(erasure.IsCompleted);
        gate.Set();
        await reading;
        Assert.Equal(4, await erasure);
    }

    [Fact]
    public async Task Nothing_to_forget_is_no_commit()
    {
        await _log.AppendAsync(Rated(1, 1, 2), Token);
        var log = new FileInfo(_folder.File("onlinecf.db-wal"));
        var (commits, length) = (_store.Commits, log.Length);

        await _log.ForgetErasedAsync(2, Token);

        log.Refresh();
        Assert.Equal((commits, length), (_store.Commits, log.Length));
        Assert.NotEqual(0, length);
    }

    protected override void Close() => _store.Dispose();

    protected override void Reopen()
    {
        Close();
        (_store, _log) = Open();
    }

    private (SqliteStore Store, SqliteRatingLog Log) Open(SqliteStoreOptions? options = null)
    {
        var store = SqliteStore.Open(_folder.Path, options);
        return (store, new SqliteRatingLog(store));
    }

    private async Task LimitPagesAsync(long pages) => await _store.Writer.RunAsync(
        new WriteFunction<long>(s => s.ReadInt64($"PRAGMA max_page_count = {pages}")), Token);

    private static WriteFunction<long> Blocking(ManualResetEventSlim reached, ManualResetEventSlim gate) => new(_ =>
    {
        reached.Set();
        gate.Wait();
        return 0;
    });

    // A reader in the middle of the log's rows, until the gate opens.
    private Task<int> ReadUntilAsync(ManualResetEventSlim gate, ManualResetEventSlim reached) => _store.Readers.Log.RunAsync(
        session =>
        {
            using var rows = session.Use("SELECT sequence FROM rating_log");
            rows.Step();
            reached.Set();
            gate.Wait();
            return 0;
        },
        Token).AsTask();
}
