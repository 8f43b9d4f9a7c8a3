using Npgsql;
using OnlineCF.Core;
using OnlineCF.Core.Catalogue;
using OnlineCF.Core.Ratings;
using OnlineCF.Core.Streams;
using OnlineCF.Storage.Postgres.Catalogue;
using OnlineCF.Storage.Postgres.Models;
using OnlineCF.Storage.Postgres.Ratings;
using OnlineCF.Storage.Postgres.Streams;

namespace OnlineCF.Storage.Postgres.Tests;

/// <summary>A database that goes away, at any moment, and comes back.</summary>
public sealed class OutageTests(PostgresServer server) : IDisposable
{
    private readonly TestStore _test = new(server);
    private readonly TestFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _test.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Lost_answer_of_a_commit_is_no_acknowledgement_and_its_resend_is_refused()
    {
        using var proxy = new CuttingProxy(server.Port);
        var throughProxy = new NpgsqlConnectionStringBuilder(_test.ConnectionString) { Port = proxy.Port }.ConnectionString;
        using var store = PostgresStore.Open(new PostgresStoreOptions { ConnectionString = throughProxy });
        using var log = new PostgresRatingLog(store);
        Assert.Equal(1, await log.AppendAsync(0, Rated(1, 10), Token));
        const long Mark = 0x5AC3_71F0_0D15_7A9E;
        proxy.LoseAnswerTo([0x5A, 0xC3, 0x71, 0xF0, 0x0D, 0x15, 0x7A, 0x9E]);

        var append = log.AppendAsync(1, Rated(1, Mark), Token).AsTask();
        await proxy.Lost;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => append);

        // It is in, once: a writer that sends it again finds out and reads the user anew.
        await Assert.ThrowsAsync<ConcurrentWriterException>(async () => await log.AppendAsync(1, Rated(1, Mark), Token));
        Assert.Equal([10L, Mark], (await log.ReadUserAsync(1, Token)).Select(entry => entry.MovieId));
        Assert.Equal(3, await log.AppendAsync(2, Rated(1, 11), Token));
        Assert.Equal("", store.Warning);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connections_cut_at_any_moment_lose_nothing_acknowledged(int seed)
    {
        using var log = new PostgresRatingLog(_test.Store);
        var random = new Random(seed);
        var database = new NpgsqlConnectionStringBuilder(_test.ConnectionString).Database!;
        var acknowledged = new List<(long Last, long UserId)>();
        var writing = Task.WhenAll(Enumerable.Range(1, 20).Select(async user =>
        {
            for (var movie = 0; movie < 40;)
            {
                try
                {
                    var last = await log.AppendAsync(Rated(user, movie), Token);
                    lock (acknowledged)
                    {
                        acknowledged.Add((last, user));
                    }

                    movie++;
                }
                catch (StoreUnavailableException)
                {
                    // Not known to be in: sent again.
                }
            }
        }));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var cut = 0; cut < 10 && !writing.IsCompleted; cut++)
        {
            server.Execute("postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}' AND pid % 3 <> {random.Next(3)}");
            await timer.WaitForNextTickAsync(Token);
        }

        await writing;
        var entries = (await ReadWhenBackAsync(() => log.EntriesAsync(0, 100_000, Token))).ToDictionary(entry => entry.Sequence, entry => entry.UserId);
        Assert.Equal(800, acknowledged.Count);
        Assert.All(acknowledged, call => Assert.Equal(call.UserId, entries[call.Last]));
        Assert.Equal(entries.Count, entries.Keys.Max());
    }

    [Fact]
    public async Task Every_member_says_that_the_database_is_away_and_works_when_it_is_back()
    {
        using var own = new PostgresServer();
        var options = new PostgresStoreOptions { ConnectionString = own.CreateDatabase() };
        var log = new TestLog<PostgresStore>();
        using var store = PostgresStore.Open(options, log);
        using var ratings = new PostgresRatingLog(store);
        var models = new PostgresModelStore(store, _folder.Path);
        var catalogue = new PostgresCatalog(store);
        var checkpoints = new PostgresStreamCheckpoints(store);
        Func<Task>[] calls =
        [
            async () => await ratings.AppendAsync(Rated(1, 1), Token),
            async () => await ratings.ReadEndAsync(Token),
            async () => await ratings.ReadAsync(0, 10, Token),
            async () => await ratings.ReadUserAsync(1, Token),
            async () => await ratings.ReadMovieAsync(1, 10, Token),
            async () => await ratings.EraseUserAsync(99, Token),
            async () => await ratings.ForgetErasedAsync(1, Token),
            async () => await models.AcquireTermAsync(Token),
            async () => await models.GetServingVersionAsync(Token),
            async () => await models.ListRoundsAsync(1, Token),
            async () => await models.RecordRoundAsync(Snapshots.Round(1), Token),
            async () => await catalogue.UpsertAsync([new Movie(1, "Heat", 1995, [], Hidden: false)], Token),
            async () => await checkpoints.SaveAsync(0, new StreamCheckpoint(1, []), Token),
            async () => await checkpoints.LoadSequenceAsync(0, Token),
        ];
        foreach (var call in calls)
        {
            await call();
        }

        own.Stop();
        try
        {
            foreach (var call in calls)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(call);
            }

            Assert.Contains("cannot be reached", store.Warning, StringComparison.Ordinal);
            Assert.True(store.Serves);
            Assert.Throws<StoreUnavailableException>(() => PostgresStore.Open(options));
        }
        finally
        {
            own.StartAgain();
        }

        foreach (var call in calls)
        {
            await call();
        }

        Assert.Equal("", store.Warning);
        Assert.Single(log.Errors);
        Assert.Contains("answers again", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Password_is_in_no_message()
    {
        var connectionString = $"Host=127.0.0.1;Port=1;Username=u;Password=Sesame17;Database=d";

        var away = Assert.Throws<StoreUnavailableException>(() => PostgresStore.Open(new PostgresStoreOptions { ConnectionString = connectionString }));

        Assert.Contains("127.0.0.1:1", away.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Sesame17", away.ToString(), StringComparison.Ordinal);
    }

    private static RatingChange[] Rated(long userId, long movieId) => [RatingChange.Rated(new Rating(userId, movieId, 4f, 1_000_000))];

    private static async Task<T> ReadWhenBackAsync<T>(Func<Task<T>> read)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (StoreUnavailableException)
            {
                await Task.Yield();
            }
        }
    }
}
