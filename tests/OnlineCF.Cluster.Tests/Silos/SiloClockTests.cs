using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Postgres.Tests;

namespace OnlineCF.Cluster.Tests.Silos;

[Collection(SilosCollection.Name)]
public sealed class SiloClockTests(PostgresServer postgres, ITestOutputHelper output)
{
    // Long enough for silos to look at the table several times.
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("+1h")]
    [InlineData("-1h")]
    public async Task Silo_whose_clock_is_an_hour_off_works_with_the_others(string clock)
    {
        Assert.SkipWhen(ClockTests.Library is null, "There is no faketime here, which gives a process a clock of its own.");

        // Of its own: which of two silos at one address is the newer is told by their clocks.
        await using var cluster = new SiloCluster(postgres.CreateDatabase(), 3, "--Silo:Roles=serve");
        await cluster.StartAsync(1);
        var environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = ClockTests.Library!,
            ["FAKETIME"] = clock,
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",

            // What faketime mends of waits on the monotonic clock it breaks for those of this runtime.
            ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
        };

        await cluster.StartAsync(0, environment);

        // Of a silo that joins beside it, too.
        output.WriteLine($"another silo joined in {(await cluster.StartAllAsync()).TotalSeconds:F1} s");

        // The others hear of it a moment after it answers.
        await Poll.UntilAsync(Together, "all silos see each other", async () =>
        {
            var seen = await Task.WhenAll(cluster.Running.Select(async silo => await SeenAsync(cluster, silo)));
            return Array.TrueForAll(seen, silos => silos == cluster.Count);
        });
        await UseAsync(cluster);
    }

    private static async Task<int> SeenAsync(SiloCluster cluster, int silo) =>
        (await cluster[silo].Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Token)).Silos;

    private static async Task UseAsync(SiloCluster cluster)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        end.CancelAfter(Together);
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            // Without a time: the silo that has the user gives it one.
            var rating = new Rating { UserId = 1 + (i % 50), MovieId = 1 + (i / 50), Value = 3 };
            await cluster[i % cluster.Count].Ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Token);
            var listed = await cluster[(i + 1) % cluster.Count].ListAsync(rating.UserId);
            Assert.Equal(rating.MovieId, listed.Count);
            if (i % 50 == 0)
            {
                foreach (var silo in cluster.Running)
                {
                    Assert.Equal(cluster.Count, await SeenAsync(cluster, silo));
                }
            }
        }

        Assert.Equal(cluster.Count, cluster.Running.Count);
    }
}
