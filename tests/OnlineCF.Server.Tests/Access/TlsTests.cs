using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Tests.Access;

public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-tls-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CertificatePath => Path.Combine(_folder, "fullchain.pem");

    private string KeyPath => Path.Combine(_folder, "privkey.pem");

    private string[] Settings => [$"--Server:CertificatePath={CertificatePath}", $"--Server:CertificateKeyPath={KeyPath}", "--Training:Automatic=false"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Both_ports_speak_tls_and_a_new_certificate_is_taken_without_a_restart()
    {
        var first = Write("first.example");
        await using var server = await TestServer.StartAsync(null, Settings);
        Assert.Equal("https", server.Server.HttpAddress.Scheme);
        Assert.Equal("https", server.Server.GrpcAddress.Scheme);

        // Of the port for HTTP, browsers take either protocol, and gRPC its own.
        Assert.Equal(first, await SeenAsync(server.Server.HttpAddress, HttpVersion.Version11));
        Assert.Equal(first, await SeenAsync(server.Server.HttpAddress, HttpVersion.Version20));
        foreach (var address in (Uri[])[server.Server.HttpAddress, server.Server.GrpcAddress])
        {
            using var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == first;
            using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = handler });
            var rated = await new RatingService.RatingServiceClient(channel).RateAsync(
                new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4 } }, cancellationToken: Cancellation);
            Assert.NotNull(rated);
        }

        await File.WriteAllTextAsync(CertificatePath, "half of it", Cancellation);
        Assert.Equal(first, await SeenAfterAWhileAsync(server.Server.HttpAddress, seen => seen == first));

        var second = Write("second.example");
        Assert.Equal(second, await SeenAfterAWhileAsync(server.Server.HttpAddress, seen => seen == second));
    }

    [Fact]
    public async Task Files_that_give_no_certificate_are_said_at_start()
    {
        Write("first.example");
        await File.WriteAllTextAsync(KeyPath, "no key", Cancellation);
        var faults = await FaultsAsync(Settings);
        Assert.Contains("Server:CertificatePath", Assert.Single(faults), StringComparison.Ordinal);
        Assert.DoesNotContain("no key", faults[0], StringComparison.Ordinal);

        File.Delete(CertificatePath);
        Assert.Contains(CertificatePath, Assert.Single(await FaultsAsync(Settings)), StringComparison.Ordinal);
        Assert.Contains("Server:CertificateKeyPath", Assert.Single(await FaultsAsync(Settings[1])), StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> FaultsAsync(params string[] settings) =>
        (await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(null, settings))).Faults;

    // The server looks at its files once a second at most.
    private static async Task<string> SeenAfterAWhileAsync(Uri address, Func<string, bool> isAwaited)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1100));
        var seen = "";
        for (var look = 0; look < 5 && await timer.WaitForNextTickAsync(Cancellation); look++)
        {
            seen = await SeenAsync(address, HttpVersion.Version11);
            if (isAwaited(seen))
            {
                break;
            }
        }

        return seen;
    }

    private static async Task<string> SeenAsync(Uri address, Version version)
    {
        var seen = "";
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen = certificate!.GetCertHashString();
            return seen.Length > 0;
        };
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/health/live"))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request, Cancellation);
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
        return seen;
    }

    private string Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
        return certificate.GetCertHashString();
    }
}
