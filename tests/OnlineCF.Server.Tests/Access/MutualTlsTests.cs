using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Access;

public sealed class MutualTlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-mtls-").FullName;
    private readonly TestAuthority _authority;
    private readonly TestAuthority _stranger;
    private readonly string _accepted;

    public MutualTlsTests()
    {
        (_authority, _stranger) = (new TestAuthority(_folder, "authority"), new TestAuthority(_folder, "stranger"));
        _accepted = Path.Combine(_folder, "accepted.pem");
        File.Copy(_authority.Path, _accepted);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string[] Settings =>
    [
        $"--Server:CertificatePath={_authority.Sign("server", TestAuthority.ForServers)}", "--Server:ClientCertificates=required",
        $"--Server:ClientAuthorityPath={_accepted}", "--Training:Automatic=false",
    ];

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Only_a_client_with_a_certificate_of_the_authority_is_spoken_with_on_either_port()
    {
        await using var server = await TestServer.StartAsync(null, Settings);
        var welcome = _authority.Sign("welcome", TestAuthority.ForClients);
        var refused = new Dictionary<string, string?>
        {
            ["no certificate"] = null,
            ["a stranger's certificate"] = _stranger.Sign("other", TestAuthority.ForClients),
            ["one that has expired"] = _authority.Sign("expired", TestAuthority.ForClients, TimeSpan.FromMinutes(-1)),
            ["one for servers"] = _authority.Sign("service", TestAuthority.ForServers),
        };
        foreach (var address in (Uri[])[server.Server.HttpAddress, server.Server.GrpcAddress])
        {
            Assert.True(await IsWelcomeAsync(address, welcome));
            foreach (var (what, certificate) in refused)
            {
                Assert.False(await IsWelcomeAsync(address, certificate), $"{what} is welcome at {address}");
            }

            using var channel = GrpcChannel.ForAddress(Near(address), new GrpcChannelOptions { HttpHandler = HandlerOf(welcome), DisposeHttpClient = true });
            await new RecommendationService.RecommendationServiceClient(channel).PopularMoviesAsync(
                new PopularMoviesRequest(), cancellationToken: Cancellation);
        }
    }

    [Fact]
    public async Task New_authorities_are_taken_without_a_restart_and_a_broken_file_changes_nothing()
    {
        await using var server = await TestServer.StartAsync(null, Settings);
        var first = _authority.Sign("first", TestAuthority.ForClients);
        var second = _stranger.Sign("second", TestAuthority.ForClients);
        Assert.True(await IsWelcomeAsync(server.Server.HttpAddress, first));

        await File.WriteAllTextAsync(_accepted, "nobody", Cancellation);
        Assert.True(await IsWelcomeAfterAWhileAsync(server.Server.HttpAddress, first));

        File.Copy(_stranger.Path, _accepted, overwrite: true);
        Assert.True(await IsWelcomeAfterAWhileAsync(server.Server.HttpAddress, second));
        Assert.False(await IsWelcomeAsync(server.Server.HttpAddress, first));
    }

    [Fact]
    public async Task What_does_not_fit_together_is_said_at_start()
    {
        Assert.Contains("Server:ClientAuthorityPath: is missing", await FaultOfAsync(Settings[0], Settings[1]), StringComparison.Ordinal);
        Assert.Contains("Server:ClientAuthorityPath", await FaultOfAsync(Settings[0], Settings[2]), StringComparison.Ordinal);
        Assert.Contains("wants TLS", await FaultOfAsync(Settings[1], Settings[2]), StringComparison.Ordinal);
        await File.WriteAllTextAsync(_accepted, "nobody", Cancellation);
        Assert.Contains("gives no authorities", await FaultOfAsync(Settings), StringComparison.Ordinal);
    }

    private static async Task<string> FaultOfAsync(params string[] settings) =>
        Assert.Single((await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(null, settings))).Faults);

    // The server looks at its files once a second at most.
    private static async Task<bool> IsWelcomeAfterAWhileAsync(Uri address, string certificate)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1100));
        for (var look = 0; look < 5 && await timer.WaitForNextTickAsync(Cancellation); look++)
        {
            if (await IsWelcomeAsync(address, certificate))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> IsWelcomeAsync(Uri address, string? certificate)
    {
        using var client = new HttpClient(HandlerOf(certificate));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Near(address), "/health/live"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        try
        {
            using var answer = await client.SendAsync(request, Cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Of TLS 1.3 a client hears only when it reads that it was refused.
            return false;
        }
    }

    private static SocketsHttpHandler HandlerOf(string? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => seen is { Subject: "CN=server" };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, certificate)];
        }

        return handler;
    }

    private static Uri Near(Uri address) => new UriBuilder(address) { Host = "127.0.0.1" }.Uri;
}
