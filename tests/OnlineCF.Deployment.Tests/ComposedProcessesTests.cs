using System.Diagnostics;
using System.Text.RegularExpressions;
using OnlineCF.Server.Tests;

namespace OnlineCF.Deployment.Tests;

/// <summary>
/// The services of docker-compose.yml as plain processes: same programs, arguments and settings; only addresses and the
/// folder of the store are others.
/// </summary>
public sealed partial class ComposedProcessesTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-compose-").FullName;
    private readonly ComposeFile _compose = new("cpu");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_loss_is_in_prometheus_within_two_minutes_of_the_start()
    {
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Prometheus is not installed.");
        var started = Stopwatch.GetTimestamp();
        using var server = Process.Start(ServerStart())!;
        try
        {
            var (http, grpc) = await AddressesAsync(server);
            using var prometheus = PrometheusProcess.Start(_folder, http.Authority);
            await HealthyAsync(http);
            output.WriteLine($"healthy after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");

            var world = _compose.World.Entrypoint;
            var (exitCode, said) = await Programs.RunAsync(
                Programs.Built(world[0]), world.Skip(1).Select(x => x.Replace("http://server:5081", grpc.ToString().TrimEnd('/'))), _folder);
            Assert.True(exitCode == 0, said);
            output.WriteLine($"the world is sent after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");

            await prometheus.UntilAsync("count(onlinecf_training_loss) == 2", TimeSpan.FromMinutes(2) - Stopwatch.GetElapsedTime(started), Cancellation);
            output.WriteLine($"the loss is in Prometheus after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
            await prometheus.UntilAsync("max(onlinecf_model_version) > 0", TimeSpan.FromMinutes(3), Cancellation);
            output.WriteLine($"a model serves after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");

            var health = _compose.Services["prometheus"].Node["healthcheck"]["test"].Texts[^1].Replace("http://127.0.0.1:9090/", prometheus.Address.ToString(), StringComparison.Ordinal);
            using var client = new HttpClient();
            (await client.GetAsync(new Uri(health), Cancellation)).EnsureSuccessStatusCode();

            using var kill = Process.Start("kill", [_compose.Server.Dockerfile.StopSignal.Replace("SIG", "-", StringComparison.Ordinal), $"{server.Id}"]);
            await server.WaitForExitAsync(Cancellation);
            Assert.Equal(0, server.ExitCode);
            Assert.NotEqual(0, await HealthAsync(http));
        }
        finally
        {
            server.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo ServerStart()
    {
        var image = _compose.Server.Dockerfile;
        var start = Programs.Start(image.Entrypoint[0], [Programs.Built(image.Entrypoint[1]), .. image.Entrypoint.Skip(2)], _folder);
        foreach (var (key, value) in image.Environment.Where(x => x.Key != "PATH").Concat(_compose.Server.Environment))
        {
            start.Environment[key] = value.Replace(image.Volume, Path.Combine(_folder, "store"), StringComparison.Ordinal);
        }

        (start.Environment["OnlineCF__Server__HttpPort"], start.Environment["OnlineCF__Server__GrpcPort"]) = ("0", "0");
        return start;
    }

    private static async Task<(Uri Http, Uri Grpc)> AddressesAsync(Process server)
    {
        server.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        server.BeginErrorReadLine();
        while (await server.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (ServesAt().Match(line) is { Success: true } match)
            {
                // What follows in the log is read away, so that the server never waits for a reader.
                _ = server.StandardOutput.ReadToEndAsync(Cancellation);
                return (Loopback(match.Groups[2].Value), Loopback(match.Groups[1].Value));
            }
        }

        throw new InvalidOperationException("The server did not start.");
    }

    private async Task HealthyAsync(Uri http)
    {
        while (await HealthAsync(http) != 0)
        {
            Cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The image's own health check.</summary>
    private async Task<int> HealthAsync(Uri http)
    {
        var command = _compose.Server.Dockerfile.HealthCommand;
        Assert.Contains("127.0.0.1/5080", command[^1], StringComparison.Ordinal);
        var addressed = command.Select(x => x.Replace("127.0.0.1/5080", $"127.0.0.1/{http.Port}", StringComparison.Ordinal)).ToList();
        return (await Programs.RunAsync(addressed[0], addressed.Skip(1), _folder)).ExitCode;
    }

    private static Uri Loopback(string address) => new UriBuilder(address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal)) { Host = "127.0.0.1" }.Uri;

    [GeneratedRegex(@"serves gRPC at (\S+) and HTTP at (\S+)")]
    private static partial Regex ServesAt();
}
