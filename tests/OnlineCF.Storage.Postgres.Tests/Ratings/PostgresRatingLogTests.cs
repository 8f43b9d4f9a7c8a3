using System.Collections.Concurrent;
using OnlineCF.Core.Ratings;
using OnlineCF.Storage.Postgres.Ratings;

namespace OnlineCF.Storage.Postgres.Tests.Ratings;

public sealed class PostgresRatingLogTests : DurableRatingLogContract, IDisposable
{
    private readonly TestStore _test;
    private PostgresRatingLog _log;

    public PostgresRatingLogTests(PostgresServer server)
    {
        _test = new(server);
        _log = new(_test.Store);
    }

    protected override IRatingLog Log => _log;

    public void Dispose()
    {
        _log.Dispose();
        _test.Dispose();
    }

    [Fact]
    public async Task Another_silo_learns_how_far_the_log_has_come()
    {
        using var other = _test.OpenAnother();
        using var follower = new PostgresRatingLog(other);

        var last = await Log.AppendAsync(Rated(1, 10), Token);

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (follower.KnownSequence < last)
        {
            await timer.WaitForNextTickAsync(Token);
        }

        Assert.Equal(last, await follower.ReadEndAsync(Token));
    }

    [Fact]
    public async Task Sequences_of_several_silos_become_visible_in_their_order()
    {
        const int Calls = 600;
        using var otherStore = _test.OpenAnother();
        using var other = new PostgresRatingLog(otherStore);
        IRatingLog[] logs = [Log, other];
        var acknowledged = new ConcurrentBag<(long Last, long UserId)>();
        var writing = Task.WhenAll(Enumerable.Range(1, 60).Select(async user =>
        {
            for (var call = 0; call < Calls / 60; call++)
            {
                acknowledged.Add((await logs[user % 2].AppendAsync(Rated(user, call, 1000 + call), Token), user));
            }
        }));

        var seen = new List<RatingEntry>();
        while (seen.Count < Calls * 2)
        {
            seen.AddRange(await logs[seen.Count % 2].EntriesAsync(seen.Count == 0 ? 0 : seen[^1].Sequence, 13, Token));
        }

        await writing;
        Assert.Equal(Enumerable.Range(1, Calls * 2).Select(i => (long)i), seen.Select(entry => entry.Sequence));
        Assert.Equal(Calls, acknowledged.Count);
        Assert.All(acknowledged, call => Assert.Equal(call.UserId, seen[(int)call.Last - 1].UserId));
    }

    [Fact]
    public async Task Of_writers_of_a_user_on_two_silos_one_is_refused_and_loses_nothing()
    {
        using var otherStore = _test.OpenAnother();
        using var other = new PostgresRatingLog(otherStore);
        for (var round = 0; round < 40; round++)
        {
            var appends = new[] { Log, other }.Select(log => log.AppendAsync(round, Rated(1, round), Token).AsTask()).ToArray();
            await Task.WhenAll(appends.Select(append => append.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));
            Assert.Equal(1, appends.Count(append => append.IsCompletedSuccessfully));
            Assert.IsType<ConcurrentWriterException>(Assert.Single(appends, append => append.IsFaulted).Exception!.InnerException);
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), (await Log.ReadUserAsync(1, Token)).Select(entry => entry.MovieId));
    }

    [Fact]
    public async Task Large_group_with_refused_calls_in_it_leaves_no_gap()
    {
        await Log.AppendAsync(0, Rated(7, 1), Token);
        var appends = Enumerable.Range(1, 3000).Select(user => Log.AppendAsync(0, Rated(user, 1, 2, 3), Token).AsTask()).ToList();
        await Task.WhenAll(appends.Select(append => append.ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default)));

        Assert.Equal(1, appends.Count(append => append.IsFaulted));
        var entries = await Log.EntriesAsync(0, 10_000, Token);
        Assert.Equal(Enumerable.Range(1, 1 + (2999 * 3)).Select(i => (long)i), entries.Select(entry => entry.Sequence));
        Assert.All(entries.Skip(1).Chunk(3), call => Assert.Equal([1L, 2, 3], call.Select(entry => entry.MovieId)));
    }

    protected override void Close()
    {
        _log.Dispose();
        _test.Store.Dispose();
    }

    protected override void Reopen()
    {
        _log.Dispose();
        _test.Reopen();
        _log = new(_test.Store);
    }
}
