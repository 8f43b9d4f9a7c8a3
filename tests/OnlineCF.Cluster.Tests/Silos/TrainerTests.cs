using System.Diagnostics;
using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests.Silos;

/// <summary>Two silos that train: the first one's rounds take minutes, the second one's are soon done.</summary>
[Collection(SilosCollection.Name)]
public sealed class TrainerTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const int Users = 200;
    private const int Movies = 100;

    private static readonly TimeSpan Convergence = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task Another_silo_trains_when_the_trainer_dies_or_stands_still_and_the_old_round_is_never_published(string signal)
    {
        await using var cluster = new SiloCluster(postgres.CreateDatabase(), 2, "--Training:Automatic=false");
        await using var pace = Pace.Start();
        await cluster.StartAsync(0, "--Training:Epochs=1000", "--Training:PatienceEpochs=1000");
        await cluster[0].StreamAsync(Checkerboard(), batchSize: 1000);
        await StartRoundAsync(cluster[0]);
        await cluster.StartAsync(1, "--Training:Epochs=4");
        Assert.Equal(0, await VersionAsync(cluster[1], userId: 1));
        var term = await TermAsync(cluster);

        cluster[0].Send(signal);
        var taken = await Poll.UntilAnsweredAsync(Patience, "another silo trains", () => StartRoundAsync(cluster[1]));
        await WaitForVersionAsync(cluster, 1);
        output.WriteLine($"another silo trained after {taken.TotalSeconds:F1} s; a timer was late by {pace.Worst.TotalSeconds:F2} s");
        Assert.Equal(term + 1, await TermAsync(cluster));

        // One that was frozen wakes, is told that it is dead, and ends or trains no more: whoever looks after it starts it again.
        if (signal == "STOP")
        {
            cluster[0].Send("CONT");
            var ended = await Poll.UntilAsync(Patience, "the silo that was declared dead ends", () => Task.FromResult(!cluster.Runs(0)));
            output.WriteLine($"the frozen silo ended {ended.TotalSeconds:F1} s after it woke");
        }

        var watching = WatchVersionsAsync(cluster);
        await JoinAsync(cluster);
        await StartRoundAsync(cluster[0], fullRetrain: true);
        await WaitForVersionAsync(cluster, 2);
        var (versions, spread) = await watching;
        output.WriteLine($"versions {string.Join(' ', versions)}; a model was on both silos {spread.TotalSeconds:F1} s after the first had it");
        Assert.InRange(spread, TimeSpan.Zero, pace.Allow(Convergence));
        Assert.Equal([1L, 2L], versions.Distinct());

        // Of each round one outcome at most, and nothing of the one that was cut off.
        var rounds = await cluster[1].Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Token);
        Assert.Equal(2, rounds.Rounds.Count(round => round.Outcome == RoundOutcome.Promoted));
        var models = await cluster[1].Training.ListModelsAsync(new ListModelsRequest(), cancellationToken: Token);
        Assert.Equal([2L, 1L], models.Models.Select(model => model.Version).OrderDescending());
    }

    // A silo that joins never answers from no model, from its very first answer on.
    private static async Task JoinAsync(SiloCluster cluster)
    {
        var joining = cluster.StartAsync(0, "--Training:Epochs=4");
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress($"http://127.0.0.1:{cluster.GrpcPortOf(0)}");
        var client = new RecommendationService.RecommendationServiceClient(channel);
        await Poll.UntilAnsweredAsync(Patience, "the silo that joins answers", async () =>
        {
            var list = await client.RecommendAsync(new RecommendRequest { UserId = 3 }, cancellationToken: Token);
            Assert.NotEqual(0, list.ModelVersion);
        });
        await joining;
        for (var user = 1; user <= 40; user++)
        {
            Assert.NotEqual(0, await VersionAsync(cluster[0], user));
        }
    }

    /// <summary>The versions that both silos serve until both serve the second one, and the time between the first and the other.</summary>
    private static async Task<(IReadOnlyList<long> Versions, TimeSpan Spread)> WatchVersionsAsync(SiloCluster cluster)
    {
        var versions = new List<long>();
        var first = 0L;
        await Poll.UntilAsync(2 * Patience, "both silos serve the second model", async () =>
        {
            var served = new List<long> { await ServedByAsync(cluster[1]) };
            if (cluster.Runs(0))
            {
                served.Add(await ServedByAsync(cluster[0]));
            }

            versions.AddRange(served.Where(version => versions.Count == 0 || version != versions[^1]).Where(_ => served.Distinct().Count() == 1));
            first = first == 0 && served.Contains(2) ? Stopwatch.GetTimestamp() : first;
            return served is [2, 2];
        });
        return (versions, Stopwatch.GetElapsedTime(first));
    }

    // The model of the silo that is asked, not of one that has the user.
    private static async Task<long> ServedByAsync(ServerProcess silo) =>
        (await silo.Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Token)).ModelVersion;

    private static async Task<long> VersionAsync(ServerProcess silo, long userId) =>
        (await silo.Recommendations.RecommendAsync(new RecommendRequest { UserId = userId }, cancellationToken: Token)).ModelVersion;

    private static async Task WaitForVersionAsync(SiloCluster cluster, long version) =>
        await Poll.UntilAsync(Patience, $"version {version} serves", async () => await ServedByAsync(cluster[1]) == version);

    private static async Task StartRoundAsync(ServerProcess silo, bool fullRetrain = false) =>
        await silo.Training.StartTrainingAsync(new StartTrainingRequest { FullRetrain = fullRetrain }, cancellationToken: Token);

    private static async Task<long> TermAsync(SiloCluster cluster) =>
        (await cluster.QueryAsync("SELECT term FROM model_state", row => row.GetInt64(0)))[0];

    // A pattern that every model learns: users like the movies of their own parity.
    private static IEnumerable<Rating> Checkerboard() =>
        from user in Enumerable.Range(1, Users)
        from movie in Enumerable.Range(1, Movies)
        where (user * 31 + movie * 17) % 7 < 4
        select new Rating
        {
            UserId = user,
            MovieId = movie,
            Value = (user + movie) % 2 == 0 ? 5 : 1,
            RatedAt = new() { Seconds = 1_600_000_000 + user },
        };
}
