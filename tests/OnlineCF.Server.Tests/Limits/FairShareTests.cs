using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Health.V1;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Limits;

/// <summary>What a caller over its share is told, over gRPC and over JSON.</summary>
public sealed class FairShareTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_over_the_share_are_refused_with_when_to_come_back_but_not_health_and_metrics()
    {
        await using var server = await StartAsync("--Limits:CallsPerSecond=1");
        var popular = new PopularMoviesRequest();
        await UntilRefusedAsync(() => server.Recommendations.PopularMoviesAsync(popular, cancellationToken: Cancellation).ResponseAsync);

        HttpResponseMessage answer;
        do
        {
            answer = await server.Http.GetAsync(new Uri("/v1/movies:popular", UriKind.Relative), Cancellation);
        }
        while (answer.StatusCode == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
        Assert.Contains("Limits:CallsPerSecond", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        answer.Dispose();

        var health = new Health.HealthClient(server.Channel);
        for (var i = 0; i < 5; i++)
        {
            await health.CheckAsync(new HealthCheckRequest(), cancellationToken: Cancellation);
            (await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();
        }

        var metrics = await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);
        Assert.Matches("onlinecf_calls_limited_total\\{limit=\"calls_per_second\"\\} [1-9]", metrics);
    }

    [Fact]
    public async Task One_key_over_its_share_takes_nothing_from_another()
    {
        await using var server = await StartAsync("--Access:Keys=on", "--Limits:CallsPerSecond=2");
        var admin = (await File.ReadAllTextAsync(Path.Combine(server.Folder, "admin.key"), Cancellation)).Trim();
        var other = await new AccessService.AccessServiceClient(server.Channel).CreateKeyAsync(
            new CreateKeyRequest { Role = Role.Reader }, With(admin));
        var popular = new PopularMoviesRequest();

        await UntilRefusedAsync(() => server.Recommendations.PopularMoviesAsync(popular, With(admin)).ResponseAsync);
        await server.Recommendations.PopularMoviesAsync(popular, With(other.Secret));
    }

    [Fact]
    public async Task A_batch_over_the_share_is_refused_whole()
    {
        await using var server = await StartAsync("--Limits:RatingsPerSecond=1", "--Limits:MaxRatingsPerBatch=50");
        var batch = new RateBatchRequest { Ratings = { Ratings(1, 50) } };
        Assert.Equal(50, (await server.Ratings.RateBatchAsync(batch, cancellationToken: Cancellation)).Accepted);

        batch = new RateBatchRequest { Ratings = { Ratings(2, 50) } };
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => server.Ratings.RateBatchAsync(batch, cancellationToken: Cancellation).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("Limits:RatingsPerSecond", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.InRange(int.Parse(refusal.Trailers.GetValue("retry-after")!, null), 2, 50);

        const string Json = """{"ratings":[{"userId":"3","movieId":"1","value":4},{"userId":"3","movieId":"2","value":4},{"userId":"3","movieId":"3","value":4},{"userId":"3","movieId":"4","value":4}]}""";
        using var answer = await server.Http.PostAsync(
            new Uri("/v1/ratings:batch", UriKind.Relative), new StringContent(Json, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter?.Delta);

        // Nothing of what was refused was taken.
        foreach (var user in (long[])[2, 3])
        {
            var listed = await server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = user }, cancellationToken: Cancellation);
            Assert.Empty(listed.Ratings);
        }
    }

    [Fact]
    public async Task A_stream_over_the_share_is_slowed_and_loses_nothing()
    {
        await using var server = await StartAsync("--Limits:RatingsPerSecond=40", "--Limits:MaxRatingsPerBatch=40");
        using var stream = server.Ratings.StreamRatings(cancellationToken: Cancellation);
        var started = TimeProvider.System.GetTimestamp();
        for (var user = 1; user <= 3; user++)
        {
            await stream.RequestStream.WriteAsync(new StreamRatingsRequest { Ratings = { Ratings(user, 40) } }, Cancellation);
        }

        await stream.RequestStream.CompleteAsync();
        var accepted = 0L;
        while (await stream.ResponseStream.MoveNext(Cancellation))
        {
            accepted += stream.ResponseStream.Current.Accepted;
        }

        Assert.Equal(120, accepted);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(60));
    }

    private static Task<TestServer> StartAsync(params string[] settings) =>
        TestServer.StartAsync(null, ["--Training:Automatic=false", .. settings]);

    private static IEnumerable<Rating> Ratings(long user, int count) =>
        Enumerable.Range(1, count).Select(movie => new Rating { UserId = user, MovieId = movie, Value = 4 });

    // Tokens come back while calls are made, so a few more than the share may pass.
    private static async Task UntilRefusedAsync(Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (var i = 0; i < 1000; i++)
            {
                await call();
            }
        });
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("Limits:CallsPerSecond", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(refusal.Trailers, entry => entry.Key == "retry-after").Value);
    }

    private static CallOptions With(string key) =>
        new(new Metadata { { "authorization", "Bearer " + key } }, cancellationToken: Cancellation);
}
