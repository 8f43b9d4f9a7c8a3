using System.Net;
using OnlineCF.Server.Hosting;
using OnlineCF.Server.Tests.Access;

namespace OnlineCF.Server.Tests.Hosting;

public sealed class MetricsPortTests
{
    private readonly int _port = FreePorts.Find(1)[0];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--Access:Keys=off")]
    [InlineData("--Access:Keys=on")]
    public async Task Metrics_and_health_are_open_there_and_nothing_else_is(string keys)
    {
        await using var server = await StartAsync(keys);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
        foreach (var path in (string[])["/metrics", "/health/live", "/health/ready"])
        {
            // From behind a proxy, too, where other ports want a key.
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", "203.0.113.9" } } };
            using var answer = await client.SendAsync(request, Cancellation);
            Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));

            using var same = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", "203.0.113.9" } } };
            using var elsewhere = await server.Http.SendAsync(same, Cancellation);
            Assert.Equal(keys.EndsWith("on", StringComparison.Ordinal) ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, elsewhere.StatusCode);
            (await server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();
        }

        foreach (var path in (string[])
            ["/", "/index.html", "/docs/", "/openapi/v1.json", "/v1/movies:popular", "/v1/training", "/health", "/health/live/x", "/metrics/../v1/training", "/metrics/x"])
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.Equal("", await answer.Content.ReadAsStringAsync(Cancellation));
        }

        using var erased = await client.DeleteAsync(new Uri("/v1/users/1", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, erased.StatusCode);
        using var call = await client.PostAsync(
            new Uri("/grpc.health.v1.Health/Check", UriKind.Relative), new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } }, Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, call.StatusCode);
    }

    [Fact]
    public async Task It_speaks_without_TLS_where_the_others_want_certificates()
    {
        var folder = Directory.CreateTempSubdirectory("onlinecf-metrics-").FullName;
        try
        {
            using var authority = new TestAuthority(folder, "authority");
            await using var server = await StartAsync(
                $"--Server:CertificatePath={authority.Sign("server", TestAuthority.ForServers)}",
                "--Server:ClientCertificates=required", $"--Server:ClientAuthorityPath={authority.Path}");
            Assert.All((Uri[])[server.Server.HttpAddress, server.Server.GrpcAddress], address => Assert.Equal(("https", true), (address.Scheme, address.Port != _port)));

            using var client = new HttpClient();
            var metrics = await client.GetStringAsync(new Uri($"http://127.0.0.1:{_port}/metrics"), Cancellation);
            Assert.Contains("# TYPE", metrics, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_at_start()
    {
        await using var server = await StartAsync();
        var fault = await Assert.ThrowsAsync<IOException>(() => StartAsync());
        Assert.Contains($"Port {_port} is in use", fault.Message, StringComparison.Ordinal);
    }

    private Task<TestServer> StartAsync(params string[] settings) =>
        TestServer.StartAsync(null, [$"--Server:MetricsPort={_port}", "--Training:Automatic=false", .. settings]);
}
