using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cluster.Tests.Silos;

[Collection(SilosCollection.Name)]
public sealed class RollingRestartTests(ThreeSilos silos, ITestOutputHelper output)
{
    private const int Clients = 4;
    private const long FirstUser = 7_000_000;

    // A client that adds no way of its own to repeat calls: the standard policy of gRPC, over all silos in turn.
    private static readonly ServiceConfig Policy = new()
    {
        LoadBalancingConfigs = { new RoundRobinConfig() },
        MethodConfigs =
        {
            new MethodConfig
            {
                Names = { MethodName.Default },
                RetryPolicy = new RetryPolicy
                {
                    MaxAttempts = 5,
                    InitialBackoff = TimeSpan.FromMilliseconds(200),
                    MaxBackoff = TimeSpan.FromSeconds(5),
                    BackoffMultiplier = 3,
                    RetryableStatusCodes = { StatusCode.Unavailable },
                },
            },
        },
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_restarted_one_after_the_other_fail_no_request_of_a_client_that_retries()
    {
        var cluster = await silos.ReadyAsync();
        await using var services = Services(cluster);
        using var channel = GrpcChannel.ForAddress(
            "static:///silos",
            new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure, ServiceConfig = Policy, ServiceProvider = services });
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await using var pace = Pace.Start();
        var clients = Enumerable.Range(0, Clients).Select(client => UseAsync(channel, client, end.Token)).ToArray();
        for (var round = 0; round < SilosCollection.Count(1, 10); round++)
        {
            for (var silo = 0; silo < cluster.Count; silo++)
            {
                var started = Stopwatch.GetTimestamp();
                var (exitCode, stopped) = await cluster[silo].SignalAsync("TERM");
                Assert.Equal(0, exitCode);
                await cluster.StartAsync(silo);
                output.WriteLine($"silo {silo} stopped in {stopped.TotalSeconds:F1} s and served again after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
            }
        }

        await end.CancelAsync();
        var used = await Task.WhenAll(clients);
        output.WriteLine(
            $"{used.Sum(client => client.Calls)} calls, {used.Sum(client => client.Failures.Count)} failed; the longest took {used.Max(client => client.Worst).TotalSeconds:F1} s; a timer was late by {pace.Worst.TotalSeconds:F2} s");
        Assert.Empty(used.SelectMany(client => client.Failures));
        for (var client = 0; client < Clients; client++)
        {
            foreach (var user in used[client].Ratings.GroupBy(rating => rating.UserId))
            {
                Assert.Empty(user.Except(await cluster[client % cluster.Count].ListAsync(user.Key)));
            }
        }
    }

    private static async Task<Used> UseAsync(GrpcChannel channel, int client, CancellationToken end)
    {
        var ratings = new RatingService.RatingServiceClient(channel);
        var recommendations = new RecommendationService.RecommendationServiceClient(channel);
        var used = new Used();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!end.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(Token);
            var rating = new Rating
            {
                UserId = FirstUser + (client * 100) + (used.Calls % 100),
                MovieId = 1 + (used.Calls / 100),
                Value = 1 + (used.Calls % 5),
                RatedAt = new() { Seconds = 1_700_000_000 },
            };
            await used.CallAsync(async () =>
            {
                await ratings.RateAsync(new RateRequest { Rating = rating }, cancellationToken: Token);
                used.Ratings.Add(rating);
            });
            await used.CallAsync(async () =>
                await recommendations.RecommendAsync(new RecommendRequest { UserId = rating.UserId }, cancellationToken: Token));
        }

        return used;
    }

    private static ServiceProvider Services(SiloCluster cluster) => new ServiceCollection()
        .AddSingleton<ResolverFactory>(new StaticResolverFactory(_ =>
            Enumerable.Range(0, cluster.Count).Select(silo => new BalancerAddress("127.0.0.1", cluster.GrpcPortOf(silo)))))
        .BuildServiceProvider();

    private sealed class Used
    {
        public List<Rating> Ratings { get; } = [];

        public List<string> Failures { get; } = [];

        public int Calls { get; private set; }

        public TimeSpan Worst { get; private set; }

        public async Task CallAsync(Func<Task> call)
        {
            var started = Stopwatch.GetTimestamp();
            Calls++;
            try
            {
                await call();
            }
            catch (RpcException exception)
            {
                Failures.Add($"after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s: {exception.Status}");
            }

            Worst = TimeSpan.FromTicks(Math.Max(Worst.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
        }
    }
}
