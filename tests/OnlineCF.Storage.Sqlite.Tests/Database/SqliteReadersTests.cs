using Microsoft.Extensions.Time.Testing;
using OnlineCF.Core;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Sqlite.Catalogue;
using OnlineCF.Storage.Sqlite.Ratings;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Storage.Sqlite.Tests.Database;

public sealed class SqliteReadersTests : IDisposable
{
    private const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    // Reads of the log, so that an erasure has to wait for it.
    private const string EndlessOverTheLog =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n, rating_log";

    private readonly TestFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly SqliteStore _store;

    public SqliteReadersTests() => _store = SqliteStore.Open(_folder.Path, new SqliteStoreOptions { Readers = 2, Time = _time });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_storm_of_endless_searches_leaves_every_other_read_its_connection()
    {
        var log = new SqliteRatingLog(_store);
        var catalog = new SqliteCatalog(_store);
        await log.AppendAsync(new[] { RatingChange.Rated(new Rating(1, 2, 3, 4)) }, Token);
        await catalog.UpsertAsync([new Movie(2, "Heat", 1995, [], Hidden: false)], Token);
        using var patience = new CancellationTokenSource();
        var searches = Enumerable.Range(0, 50).Select(_ => SearchAsync(Endless, patience.Token)).ToArray();

        Assert.Single(await log.ReadUserAsync(1, Token));
        Assert.Single(await log.ReadMovieAsync(2, int.MaxValue, Token));
        Assert.Single(await log.EntriesAsync(0, 10, Token));
        Assert.NotNull(await catalog.FindAsync(2, Token));
        Assert.Equal(2, await log.EraseUserAsync(1, Token));

        await patience.CancelAsync();
        foreach (var search in searches)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        }

        Assert.Equal(7, await _store.Readers.Searches.RunAsync(session => session.ReadInt64("SELECT 7"), Token));
    }

    [Fact]
    public async Task Read_that_waits_too_long_for_a_connection_is_told_so()
    {
        using var gate = new ManualResetEventSlim();
        var holding = Enumerable.Range(0, 2).Select(_ => _store.Readers.Users.RunAsync(
            session =>
            {
                gate.Wait(Token);
                return 0;
            },
            Token).AsTask()).ToArray();
        var waiting = _store.Readers.Users.RunAsync(_ => 1, Token).AsTask();

        _time.Advance(TimeSpan.FromSeconds(21));

        var busy = await Assert.ThrowsAsync<StoreUnavailableException>(() => waiting);
        Assert.Contains("busy with other users' histories", busy.Message, StringComparison.Ordinal);
        gate.Set();
        await Task.WhenAll(holding);
        Assert.Equal(1, await _store.Readers.Users.RunAsync(_ => 1, Token));
    }

    [Fact]
    public async Task Search_that_takes_too_long_is_interrupted()
    {
        using var reached = new ManualResetEventSlim();
        var search = _store.Readers.Searches.RunAsync(
            session =>
            {
                reached.Set();
                return session.ReadInt64(Endless);
            },
            Token).AsTask();
        reached.Wait(Token);

        _time.Advance(TimeSpan.FromSeconds(6));

        var stopped = await Assert.ThrowsAsync<StoreUnavailableException>(() => search);
        Assert.Contains("5 s", stopped.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_interrupts_the_reads_that_run()
    {
        var reads = new[] { _store.Readers.Searches, _store.Readers.Log, _store.Readers.Users }
            .SelectMany(readers => Enumerable.Range(0, 4).Select(_ => readers.RunAsync(s => s.ReadInt64(Endless), Token).AsTask()))
            .ToArray();

        await Task.Run(_store.Dispose, Token);

        foreach (var read in reads)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => read);
        }
    }

    [Fact]
    public async Task Searches_over_the_log_stand_aside_for_an_erasure_and_begin_anew()
    {
        var log = new SqliteRatingLog(_store);
        await log.AppendAsync(Enumerable.Range(1, 100).Select(i => RatingChange.Rated(new Rating(1, i, 3, 4))).ToArray(), Token);
        using var patience = new CancellationTokenSource();
        using var begun = new CountdownEvent(2);
        var search = _store.Readers.Searches.RunAsync(
            session =>
            {
                if (!begun.IsSet)
                {
                    begun.Signal();
                }

                return session.ReadInt64(EndlessOverTheLog);
            },
            patience.Token).AsTask();

        await log.EraseUserAsync(1, Token);

        Assert.True(begun.Wait(TimeSpan.FromSeconds(30), Token));
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
    }

    private Task<long> SearchAsync(string sql, CancellationToken cancellationToken) =>
        _store.Readers.Searches.RunAsync(session => session.ReadInt64(sql), cancellationToken).AsTask();
}
