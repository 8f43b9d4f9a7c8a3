using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>
/// A real Prometheus on the shipped configuration, which scrapes a server under load and is asked for everything that
/// the dashboards ask for. Skipped where there is no Prometheus.
/// </summary>
public sealed class PrometheusTests : IAsyncLifetime
{
    private const int Scrapes = 4;
    private static readonly HttpClient Http = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-prometheus-").FullName;
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Root
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

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        null, "--Training:Automatic=false", "--Training:EmbeddingDim=8", "--Training:BatchSize=64", "--Training:LearningRate=0.01");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_expression_of_every_panel_and_alert_has_figures_under_load()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/prometheus"), "Prometheus is not installed.");
        var port = FreePort();
        using var prometheus = Start(port);
        try
        {
            var api = new Uri($"http://127.0.0.1:{port}/api/v1/");
            await _server.TeachAsync(Cancellation);
            for (var user = 1L; await ScrapesAsync(api) < Scrapes; user = (user % SyntheticWorld.Users) + 1)
            {
                await LoadAsync(user);
            }

            var faults = new List<string>();
            foreach (var (place, expression) in Expressions())
            {
                using var answer = await QueryAsync(api, expression);
                faults.AddRange(FaultsIn(answer.RootElement).Select(fault => $"{place}: {fault}: {expression}"));
            }

            Assert.Empty(faults);
            using var rules = await GetAsync(new Uri(api, "rules"));
            var alerts = rules.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
            Assert.NotEmpty(alerts);
            Assert.All(alerts, alert => Assert.NotEqual("err", alert.GetProperty("health").GetString()));
        }
        finally
        {
            prometheus.Kill(entireProcessTree: true);
            await prometheus.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Alerts_fire_and_stay_silent_as_their_cases_say()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed.");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["test", "rules", "alerts.test.yml"])
        {
            WorkingDirectory = Path.Combine(Root, "deploy", "prometheus"),
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var output = promtool.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = await promtool.StandardError.ReadToEndAsync(Cancellation);
        await promtool.WaitForExitAsync(Cancellation);

        Assert.True(promtool.ExitCode == 0, await output + errors);
    }

    private static IEnumerable<string> FaultsIn(JsonElement answer)
    {
        if (answer.GetProperty("status").GetString() != "success")
        {
            yield return answer.GetProperty("error").GetString()!;
            yield break;
        }

        var series = answer.GetProperty("data").GetProperty("result").EnumerateArray().ToList();
        if (series.Count == 0)
        {
            yield return "no series";
        }

        if (series.Any(x => x.GetProperty("value")[1].GetString() == "NaN"))
        {
            yield return "NaN";
        }
    }

    private static IEnumerable<(string Place, string Expression)> Expressions() =>
        from file in Directory.GetFiles(Path.Combine(Root, "deploy", "grafana", "dashboards"), "*.json")
        from panel in JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("panels").EnumerateArray()
        from target in panel.GetProperty("targets").EnumerateArray()
        select (
            $"{Path.GetFileNameWithoutExtension(file)}, {panel.GetProperty("title").GetString()}",
            target.GetProperty("expr").GetString()!
                .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
                .Replace("$__interval", "15s", StringComparison.Ordinal)
                .Replace("$__range", "1m", StringComparison.Ordinal)
                .Replace("$instance", ".*", StringComparison.Ordinal));

    private Process Start(int port)
    {
        var target = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_server.Server.HttpAddress.Port}");
        var source = Path.Combine(Root, "deploy", "prometheus");
        var shipped = File.ReadAllText(Path.Combine(source, "prometheus.yml"));
        Assert.Contains("server:5080", shipped, StringComparison.Ordinal);
        File.WriteAllText(
            Path.Combine(_folder, "prometheus.yml"),
            shipped.Replace("server:5080", target, StringComparison.Ordinal)
                .Replace("scrape_interval: 5s", "scrape_interval: 1s", StringComparison.Ordinal)
                .Replace("evaluation_interval: 15s", "evaluation_interval: 1s", StringComparison.Ordinal));
        File.Copy(Path.Combine(source, "alerts.yml"), Path.Combine(_folder, "alerts.yml"));
        var start = new ProcessStartInfo("/usr/bin/prometheus")
        {
            ArgumentList =
            {
                $"--config.file={_folder}/prometheus.yml", $"--storage.tsdb.path={_folder}/data",
                $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
            },
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
        return process;
    }

    // One of everything a user does.
    private async Task LoadAsync(long user)
    {
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = user, Count = 10 }, cancellationToken: Cancellation);
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1_000_000 }, cancellationToken: Cancellation);
        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = user, MovieId = 1 + (user % SyntheticWorld.Movies), Value = 4 } },
            cancellationToken: Cancellation);
        (await _server.Http.GetAsync($"/v1/users/{user}/recommendations", Cancellation)).EnsureSuccessStatusCode();
    }

    private static async Task<int> ScrapesAsync(Uri api)
    {
        try
        {
            using var answer = await QueryAsync(api, "count_over_time(up{job=\"onlinecf\"}[1m]) and on () (onlinecf_model_version > 0)");
            return answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(x => int.Parse(x.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture)).FirstOrDefault();
        }
        catch (HttpRequestException)
        {
            // It has not started yet.
            return 0;
        }
    }

    private static Task<JsonDocument> QueryAsync(Uri api, string expression) =>
        GetAsync(new Uri(api, $"query?query={Uri.EscapeDataString(expression)}"));

    private static async Task<JsonDocument> GetAsync(Uri uri)
    {
        using var answer = await Http.GetAsync(uri, Cancellation);
        return await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(Cancellation), default, Cancellation);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
