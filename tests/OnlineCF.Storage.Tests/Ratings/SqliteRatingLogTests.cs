using OnlineCF.Core;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Ratings;
using OnlineCF.Storage.Sqlite;

namespace OnlineCF.Storage.Tests.Ratings;

public sealed class SqliteRatingLogTests : DurableRatingLogContract, IDisposable
{
    private static readonly byte[] Mark = [0x5A, 0xC3, 0x71];

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
        Assert.Equal(1000, _log.LastSequence);
    }

    [Fact]
    public async Task More_callers_than_the_queue_holds_are_all_served()
    {
        Close();
        (_store, _log) = Open(new SqliteStoreOptions { QueueLength = 1, Readers = 1 });

        await Task.WhenAll(Enumerable.Range(1, 300).Select(user => _log.AppendAsync(Rated(user, 1), Token).AsTask()));

        Assert.Equal(300, (await _log.ReadAsync(0, 1000, Token)).Count);
    }

    [Fact]
    public async Task Full_disk_fails_the_calls_keeps_what_was_acknowledged_and_heals()
    {
        var acknowledged = await _log.AppendAsync(Rated(1, 1, 2, 3), Token);
        await LimitPagesAsync(1);

        var large = Enumerable.Range(1, 20_000).Select(i => (long)i).ToArray();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await _log.AppendAsync(Rated(2, large), Token));
        Assert.Equal(acknowledged, _log.LastSequence);
        Assert.Equal(3, (await _log.ReadAsync(0, 100_000, Token)).Count);

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

        Assert.Equal(0, _log.LastSequence);
        Assert.Equal(2, await _log.AppendAsync(Rated(1, 1, 2), Token));
        Assert.Equal(2, (await _log.ReadAsync(0, 10, Token)).Count);
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Erased_values_are_in_no_file_any_more(int seed)
    {
        // Erasing in any order moves rows of others between pages; no copy may stay behind.
        var random = new Random(seed);
        var users = Enumerable.Range(1, 40).Select(i => (long)i).ToArray();
        for (var call = 0; call < 400; call++)
        {
            var user = users[random.Next(users.Length)];
            var changes = Enumerable.Range(0, random.Next(1, 20)).Select(i =>
                RatingChange.Rated(new Rating(user, random.Next(1, 500), 4f, MicrosOf(user, random.Next(1 << 16))))).ToArray();
            await _log.AppendAsync(changes, Token);
        }

        random.Shuffle(users);
        foreach (var (user, erased) in users.Select((user, i) => (user, i + 1)))
        {
            await _log.EraseUserAsync(user, Token);
            if (erased % 5 == 0)
            {
                Assert.Equal([], UsersInFiles().Intersect(users.Take(erased)));
                Assert.Superset(users.Skip(erased).ToHashSet(), UsersInFiles());
                await _log.ForgetErasedAsync(_log.LastSequence - random.Next(100), Token);
            }
        }
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

    // Six bytes, the first four of which occur nowhere else.
    private static long MicrosOf(long user, int noise) => 0x5A_C3_71_00_00_00 | (user << 16) | (long)noise;

    private HashSet<long> UsersInFiles()
    {
        var users = new HashSet<long>();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "onlinecf.db*"))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            for (var i = bytes.AsSpan().IndexOf(Mark); i >= 0 && i + 6 <= bytes.Length;)
            {
                users.Add(bytes[i + 3]);
                var next = bytes.AsSpan(i + 1).IndexOf(Mark);
                i = next < 0 ? -1 : i + 1 + next;
            }
        }

        return users;
    }
}
