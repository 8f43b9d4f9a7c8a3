using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace OnlineCF.Server.Tests;

/// <summary>A real Prometheus on the shipped configuration, which asks one server, and more often.</summary>
internal sealed class PrometheusProcess : IDisposable
{
    private const string Program = "/usr/bin/prometheus";
    private static readonly HttpClient Http = new();
    private readonly Process _process;

    private PrometheusProcess(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    public static bool IsInstalled => File.Exists(Program);

    /// <summary>The folder of what is shipped.</summary>
    public static string Shipped => Path.Combine(Root, "deploy", "prometheus");

    /// <summary>The folder of the solution.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder!.FullName, "OnlineCF.sln")))
            {
                folder = folder.Parent;
            }

            return folder.FullName;
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="folder">For its data.</param>
    /// <param name="target">Host and port of the server's HTTP.</param>
    public static PrometheusProcess Start(string folder, string target)
    {
        WriteConfiguration(folder, target);
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(
            Program,
            [
                $"--config.file={folder}/prometheus.yml", $"--storage.tsdb.path={folder}/prometheus",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            ])
        {
            RedirectStandardError = true,
        })!;
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        return new PrometheusProcess(process, new Uri($"http://127.0.0.1:{port}/"));
    }

    /// <summary>The answer to an expression.</summary>
    public Task<JsonDocument> QueryAsync(string expression, CancellationToken cancellation) =>
        GetAsync($"api/v1/query?query={Uri.EscapeDataString(expression)}", cancellation);

    /// <summary>Another answer of its interface.</summary>
    public async Task<JsonDocument> GetAsync(string path, CancellationToken cancellation)
    {
        using var answer = await Http.GetAsync(new Uri(Address, path), cancellation);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new HttpRequestException("Prometheus is not ready.");
        }

        return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellation), default, cancellation);
    }

    /// <summary>The values of an expression; none while it has not started.</summary>
    public async Task<IReadOnlyList<string>> ValuesAsync(string expression, CancellationToken cancellation)
    {
        try
        {
            using var answer = await QueryAsync(expression, cancellation);
            return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(series => series.GetProperty("value")[1].GetString()!)];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>Returns when an expression has a value.</summary>
    /// <exception cref="TimeoutException">It has none in time.</exception>
    public async Task UntilAsync(string expression, TimeSpan limit, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (await ValuesAsync(expression, cancellation) is [])
        {
            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new TimeoutException($"{expression} has no value after {limit}.");
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static void WriteConfiguration(string folder, string target)
    {
        var shipped = File.ReadAllText(Path.Combine(Shipped, "prometheus.yml"));
        Assert.Contains("server:5080", shipped, StringComparison.Ordinal);
        File.WriteAllText(
            Path.Combine(folder, "prometheus.yml"),
            shipped.Replace("server:5080", target, StringComparison.Ordinal)
                .Replace("scrape_interval: 5s", "scrape_interval: 1s", StringComparison.Ordinal)
                .Replace("evaluation_interval: 15s", "evaluation_interval: 1s", StringComparison.Ordinal));
        foreach (var rules in Directory.GetFiles(Shipped, "*.yml").Where(file => !file.EndsWith("prometheus.yml", StringComparison.Ordinal)))
        {
            File.Copy(rules, Path.Combine(folder, Path.GetFileName(rules)), overwrite: true);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
