using System.Diagnostics;
using Grpc.Core;
using OnlineCF.Cluster.Tests.Soak;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Silos;

[Collection(SilosCollection.Name)]
public sealed class KillTests(ThreeSilos silos, ITestOutputHelper output)
{
    private const int Writers = 2;
    private const int Watched = 45;
    private const long FirstWatched = 9_000_000;

    private static readonly TimeSpan ServiceBack = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OthersWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClusterBack = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_silo_may_die_under_ingest_and_no_acknowledged_rating_is_lost()
    {
        var cluster = await silos.ReadyAsync();
        var seed = Environment.TickCount;
        var rounds = SilosCollection.Count(2, 25);
        output.WriteLine($"seed {seed}, {rounds} rounds or more");
        var random = new Random(seed);
        SentRatings[] sent = [.. Enumerable.Range(1, Writers).Select(client => new SentRatings(20 + client, seed + client))];
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; round <= rounds || Stopwatch.GetElapsedTime(started) < SilosCollection.LongRun; round++)
        {
            await cluster.StartAllAsync();
            await KillOneAsync(cluster, random, sent, round);
            Assert.Empty(await cluster.FaultsAsync(sent));
        }

        output.WriteLine($"{sent.Sum(client => client.Acknowledged)} ratings acknowledged");
    }

    [Fact]
    public async Task Whole_cluster_killed_at_once_serves_again_in_half_a_minute()
    {
        var cluster = await silos.ReadyAsync();
        var sent = new SentRatings(30, Environment.TickCount);
        using (var end = CancellationTokenSource.CreateLinkedTokenSource(Token))
        {
            var writer = new SiloWriter(cluster, sent, seed: 1).RunAsync(end.Token);
            await Poll.UntilAsync(ClusterBack, "ratings are acknowledged", () => Task.FromResult(sent.Acknowledged > 500));
            await Task.WhenAll(cluster.Running.Select(silo => cluster[silo].KillAsync()));
            await end.CancelAsync();

            var started = Stopwatch.GetTimestamp();
            var back = await cluster.StartAllAsync();
            await Task.WhenAll(Enumerable.Range(0, Watched).Select(user => Poll.UntilAnsweredAsync(
                2 * ClusterBack, "every user is served", () => RecommendAsync(cluster[user % cluster.Count], FirstWatched + user))));

            var lists = Stopwatch.GetElapsedTime(started);
            await writer;
            output.WriteLine($"started after {back.TotalSeconds:F1} s, lists after {lists.TotalSeconds:F1} s; the first start took {cluster.FirstStart.TotalSeconds:F1} s");
            Assert.InRange(lists, TimeSpan.Zero, ClusterBack + cluster.FirstStart);
        }

        Assert.Empty(await cluster.FaultsAsync([sent]));
    }

    private async Task KillOneAsync(SiloCluster cluster, Random random, SentRatings[] sent, int round)
    {
        var first = FirstWatched + (round * 1000);
        var places = await PlacesAsync(cluster, first);

        // One of those that users live on: Orleans gives a silo that has just started few or none of them.
        int[] candidates = [.. places.Where(place => place >= 0).Distinct().Order()];
        var victim = candidates[random.Next(candidates.Length)];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        SiloWriter[] writers = [.. sent.Select(client => new SiloWriter(cluster, client, random.Next()))];
        var before = sent.Sum(client => client.Acknowledged);
        var writing = Task.WhenAll(writers.Select(writer => writer.RunAsync(end.Token)));
        var acknowledged = await Poll.UntilAsync(2 * ClusterBack, "ratings are acknowledged", async () =>
        {
            // What a writer cannot go on after is what there is to say.
            await (writing.IsCompleted ? writing : Task.CompletedTask);
            return sent.Sum(client => client.Acknowledged) > before + 500;
        });
        output.WriteLine($"round {round}: 500 ratings were acknowledged after {acknowledged.TotalSeconds:F1} s, {writers.Sum(writer => writer.Broken)} streams broke");
        await using var pace = Pace.Start();
        await cluster[victim].KillAsync();

        var (outage, others) = await FollowAsync(cluster, first, places, victim);
        await end.CancelAsync();
        await writing;
        output.WriteLine(
            $"round {round}: silo {victim} killed, {places.Count(place => place == victim)} of {Watched} users were there; " +
            $"they were without service for {outage.TotalSeconds:F1} s, no call of others took over {others.TotalSeconds:F2} s; " +
            $"{writers.Sum(writer => writer.Broken)} streams broke, {writers.Sum(writer => writer.Duplicates)} ratings were sent twice; a timer was late by {pace.Worst.TotalSeconds:F2} s");
        Assert.InRange(outage, TimeSpan.Zero, pace.Allow(ServiceBack));
        Assert.InRange(others, TimeSpan.Zero, pace.Allow(OthersWait));
        await cluster.StartAllAsync();
    }

    /// <summary>Calls for every watched user until all are served again.</summary>
    /// <returns>The longest time without service of the dead silo's users, and the longest call of the others'.</returns>
    private static async Task<(TimeSpan Outage, TimeSpan Others)> FollowAsync(SiloCluster cluster, long first, int[] places, int victim)
    {
        var killed = Stopwatch.GetTimestamp();
        int[] left = [.. cluster.Running];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var others = Task.WhenAll(UsersOf(silo => silo != victim && silo >= 0).Select(user => WorstCallAsync(cluster[left[user % 2]], first + user, end.Token)));
        var outages = await Task.WhenAll(UsersOf(silo => silo == victim).Select(async user =>
        {
            await Poll.UntilAnsweredAsync(2 * ClusterBack, $"user {user} is served", () => RecommendAsync(cluster[left[user % 2]], first + user));
            return Stopwatch.GetElapsedTime(killed);
        }));
        await end.CancelAsync();
        return (outages.DefaultIfEmpty().Max(), (await others).DefaultIfEmpty().Max());

        IEnumerable<int> UsersOf(Func<int, bool> where) => Enumerable.Range(0, Watched).Where(user => where(places[user]));
    }

    private static async Task<TimeSpan> WorstCallAsync(ServerProcess silo, long user, CancellationToken end)
    {
        var worst = TimeSpan.Zero;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!end.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await RecommendAsync(silo, user);
            worst = TimeSpan.FromTicks(Math.Max(worst.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
            await timer.WaitForNextTickAsync(Token);
        }

        return worst;
    }

    // Where every watched user is in memory: others in each round, whom all silos share.
    private static async Task<int[]> PlacesAsync(SiloCluster cluster, long first)
    {
        await using var witness = await Witness.JoinAsync(cluster);
        var places = new int[Watched];
        for (var user = 0; user < Watched; user++)
        {
            // Through every silo: each then knows where the user is.
            for (var silo = 0; silo < cluster.Count; silo++)
            {
                await RecommendAsync(cluster[(user + silo) % cluster.Count], first + user);
            }

            places[user] = await witness.SiloOfAsync(first + user);
        }

        return places;
    }

    private static async Task RecommendAsync(ServerProcess silo, long userId) =>
        await silo.Recommendations.RecommendAsync(new RecommendRequest { UserId = userId }, cancellationToken: Token);
}
