using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>
/// A real Prometheus on the shipped configuration, which scrapes a server under load and is asked for everything that
/// the dashboards ask for. Skipped where there is no Prometheus.
/// </summary>
[Collection(nameof(Alone))]
public sealed class PrometheusTests : IAsyncLifetime
{
    private const int Scrapes = 4;
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-prometheus-").FullName;
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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
        Assert.SkipUnless(PrometheusProcess.IsInstalled, "Prometheus is not installed.");
        using var prometheus = PrometheusProcess.Start(_folder, _server.Server.HttpAddress.Authority);
        await _server.TeachAsync(Cancellation);
        for (var user = 1L; await ScrapesAsync(prometheus) < Scrapes; user = (user % SyntheticWorld.Users) + 1)
        {
            await LoadAsync(user);
        }

        var faults = new List<string>();
        foreach (var (place, expression) in Expressions())
        {
            using var answer = await prometheus.QueryAsync(expression, Cancellation);
            faults.AddRange(FaultsIn(answer.RootElement).Select(fault => $"{place}: {fault}: {expression}"));
        }

        Assert.Empty(faults);
        using var answered = await prometheus.GetAsync("api/v1/rules", Cancellation);
        var rules = answered.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.NotEmpty(rules);
        Assert.All(rules, rule => Assert.NotEqual("err", rule.GetProperty("health").GetString()));
        foreach (var recorded in rules.Where(rule => rule.GetProperty("type").GetString() == "recording"))
        {
            await prometheus.UntilAsync(recorded.GetProperty("name").GetString()!, TimeSpan.FromMinutes(1), Cancellation);
        }
    }

    [Fact]
    public void Every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent()
    {
        var folder = Path.Combine(PrometheusProcess.Root, "deploy", "prometheus");
        var alerts = Regex.Matches(File.ReadAllText(Path.Combine(folder, "alerts.yml")), @"alert: (\w+)").Select(x => x.Groups[1].Value).ToList();
        var cases = Regex.Matches(File.ReadAllText(Path.Combine(folder, "alerts.test.yml")), @"alertname: (\w+)\s+exp_alerts:( \[\])?")
            .Select(x => (Alert: x.Groups[1].Value, Silent: x.Groups[2].Success)).ToHashSet();

        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert => Assert.Superset(new HashSet<(string, bool)> { (alert, true), (alert, false) }, cases));
    }

    [Fact]
    public async Task Alerts_fire_and_stay_silent_as_their_cases_say()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool is not installed.");
        using var promtool = Process.Start(new ProcessStartInfo("/usr/bin/promtool", ["test", "rules", "alerts.test.yml"])
        {
            WorkingDirectory = PrometheusProcess.Shipped,
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
        from file in Directory.GetFiles(Path.Combine(PrometheusProcess.Root, "deploy", "grafana", "dashboards"), "*.json")
        from panel in JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("panels").EnumerateArray()
        from target in panel.GetProperty("targets").EnumerateArray()
        select (
            $"{Path.GetFileNameWithoutExtension(file)}, {panel.GetProperty("title").GetString()}",
            target.GetProperty("expr").GetString()!
                .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
                .Replace("$__interval", "15s", StringComparison.Ordinal)
                .Replace("$__range", "1m", StringComparison.Ordinal)
                .Replace("$instance", ".*", StringComparison.Ordinal));

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

    private static async Task<int> ScrapesAsync(PrometheusProcess prometheus)
    {
        var counts = await prometheus.ValuesAsync(
            "count_over_time(up{job=\"onlinecf\"}[1m]) and on () (onlinecf_model_version > 0)", Cancellation);
        return counts.Select(count => int.Parse(count, CultureInfo.InvariantCulture)).FirstOrDefault();
    }
}
