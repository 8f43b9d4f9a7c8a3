using System.Diagnostics;
using Grpc.Core;
using OnlineCF.Cluster.Tests.Soak;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>The database that silos share goes away and comes back.</summary>
[Collection(SilosCollection.Name)]
public sealed class OutageTests(ThreeSilos silos, PostgresServer postgres, ITestOutputHelper output)
{
    private const long FirstKnown = 8_000_000;
    private const int Known = 30;

    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(10);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Known_users_have_lists_while_PostgreSQL_is_away_and_nothing_is_acknowledged_in_vain()
    {
        var cluster = await silos.ReadyAsync();
        var seconds = SilosCollection.Count(5, 60);
        await RateKnownAsync(cluster, movieId: 1);
        await using var pace = Pace.Start();
        postgres.Stop();
        try
        {
            var stopped = Stopwatch.GetTimestamp();
            var lists = 0;
            var refused = 0;
            while (Stopwatch.GetElapsedTime(stopped) < TimeSpan.FromSeconds(seconds))
            {
                var user = FirstKnown + (lists % Known);
                var list = await cluster[lists % cluster.Count].Recommendations.RecommendAsync(
                    new RecommendRequest { UserId = user }, cancellationToken: Token);
                Assert.DoesNotContain(list.Movies, movie => movie.Movie.MovieId == 1);
                lists++;

                // A user that was in memory is no longer trusted to be after a failed write: others than those of the lists.
                var failure = await Assert.ThrowsAsync<RpcException>(() => RateAsync(cluster, lists, FirstKnown + Known + (lists % Known), movieId: 2));
                Assert.True(failure.StatusCode == StatusCode.Unavailable, failure.Status.ToString());
                refused++;
            }

            output.WriteLine($"{lists} lists made and {refused} ratings refused in {seconds} s without PostgreSQL");
        }
        finally
        {
            postgres.StartAgain();
        }

        var recovered = Stopwatch.GetTimestamp();
        foreach (var silo in cluster.Running)
        {
            await Poll.UntilAnsweredAsync(TimeSpan.FromSeconds(60), "ratings are taken", () => RateAsync(cluster, silo, FirstKnown, movieId: 3 + silo));
        }

        var elapsed = Stopwatch.GetElapsedTime(recovered);
        output.WriteLine($"ratings were taken by every silo {elapsed.TotalSeconds:F1} s after it was back; a timer was late by {pace.Worst.TotalSeconds:F2} s");
        Assert.InRange(elapsed, TimeSpan.Zero, pace.Allow(Recovery));
        Assert.Equal(cluster.Count, cluster.Running.Count);

        // What was refused is nowhere, what was acknowledged is.
        Assert.Empty(await cluster.QueryAsync(
            $"SELECT user_id FROM rating_log WHERE movie_id = 2 AND user_id >= {FirstKnown + Known} AND user_id < {FirstKnown + (2 * Known)}", row => row.GetInt64(0)));
        Assert.Equal(4, (await cluster[0].ListAsync(FirstKnown)).Count);
    }

    [Fact]
    public async Task Connections_cut_at_random_lose_nothing_that_was_acknowledged()
    {
        var cluster = await silos.ReadyAsync();
        var seed = Environment.TickCount;
        var cuts = SilosCollection.Count(10, 200);
        output.WriteLine($"seed {seed}, {cuts} cuts");
        var random = new Random(seed);
        SentRatings[] sent = [new(40, seed), new(41, seed + 1)];
        SiloWriter[] writers = [.. sent.Select(client => new SiloWriter(cluster, client, random.Next()))];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = Task.WhenAll(writers.Select(writer => writer.RunAsync(end.Token)));
        await Poll.UntilAsync(Recovery * 3, "ratings are acknowledged", () => Task.FromResult(sent.Sum(client => client.Acknowledged) > 0));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        for (var cut = 0; cut < cuts && await timer.WaitForNextTickAsync(Token); cut++)
        {
            postgres.Execute(
                "postgres",
                $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'onlinecf%' AND pid % 3 <> {random.Next(3)}");
        }

        var acknowledged = sent.Sum(client => client.Acknowledged);
        var again = await Poll.UntilAsync(Recovery * 3, "ratings are acknowledged again", () => Task.FromResult(sent.Sum(client => client.Acknowledged) > acknowledged));
        await end.CancelAsync();
        await writing;
        output.WriteLine(
            $"{acknowledged} ratings acknowledged, {writers.Sum(writer => writer.Broken)} streams broke, {writers.Sum(writer => writer.Duplicates)} were sent twice; the next was taken after {again.TotalSeconds:F1} s");
        Assert.Empty(await cluster.FaultsAsync(sent));
        Assert.Equal(cluster.Count, cluster.Running.Count);
    }

    private static async Task RateKnownAsync(SiloCluster cluster, long movieId)
    {
        for (var user = 0; user < 2 * Known; user++)
        {
            await RateAsync(cluster, user, FirstKnown + user, movieId);
        }
    }

    private static async Task RateAsync(SiloCluster cluster, int at, long userId, long movieId)
    {
        var rating = new Rating { UserId = userId, MovieId = movieId, Value = 4 };
        await cluster[at % cluster.Count].Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Token);
    }
}
