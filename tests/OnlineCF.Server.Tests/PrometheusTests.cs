using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Grains.Telemetry;
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
        await prometheus.UntilAsync("onlinecf_model_version == 0", TimeSpan.FromMinutes(1), Cancellation);
        await _server.TeachAsync(Cancellation);

        // What new users rate compares the model with one before it.
        _server.CompareModel();
        for (var user = 5001L; !_server.Server.Services.GetRequiredService<ModelTrials>().All.Any(trial => trial.IsShown); user++)
        {
            Assert.InRange(user, 5001, 5400);
            await _server.StreamAsync(
                Enumerable.Range(1, SyntheticWorld.Movies).Select(movie => new Rating { UserId = user, MovieId = movie, Value = 4 }),
                Cancellation);
            await LoadAsync(user);
        }

        for (var user = 1L; await ScrapesAsync(prometheus) < Scrapes; user = (user % SyntheticWorld.Users) + 1)
        {
            await LoadAsync(user);
        }

        using var answered = await prometheus.GetAsync("api/v1/rules", Cancellation);
        var rules = answered.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray()
            .SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.NotEmpty(rules);
        foreach (var recorded in rules.Where(rule => rule.GetProperty("type").GetString() == "recording"))
        {
            await prometheus.UntilAsync(recorded.GetProperty("name").GetString()!, TimeSpan.FromMinutes(1), Cancellation);
        }

        Assert.NotEmpty(await prometheus.ValuesAsync("onlinecf_errors_total{code=\"INVALID_ARGUMENT\"} > 0", Cancellation));
        var faults = new List<string>();
        foreach (var (place, expression) in Dashboards().SelectMany(ExpressionsOf).Concat(rules.SelectMany(SelectorsOf)))
        {
            // This server has the embedded store, and while all is well no alert fires.
            if (expression.Contains("db_client_", StringComparison.Ordinal) || expression.Contains("ALERTS", StringComparison.Ordinal))
            {
                continue;
            }

            using var answer = await prometheus.QueryAsync(expression, Cancellation);
            faults.AddRange(FaultsIn(answer.RootElement).Select(fault => $"{place}: {fault}: {expression}"));
        }

        Assert.Empty(faults);
        Assert.All(rules, rule => Assert.NotEqual("err", rule.GetProperty("health").GetString()));
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

    private static IEnumerable<JsonElement> Dashboards() =>
        Directory.GetFiles(Path.Combine(PrometheusProcess.Root, "deploy", "grafana", "dashboards"), "*.json")
            .Select(file => JsonElement.Parse(File.ReadAllText(file)));

    // Of each panel, of each variable, and of each annotation, which has had its moment at some time.
    private static IEnumerable<(string Place, string Expression)> ExpressionsOf(JsonElement dashboard)
    {
        var board = dashboard.GetProperty("title").GetString();
        var panels =
            from panel in dashboard.GetProperty("panels").EnumerateArray()
            from target in panel.GetProperty("targets").EnumerateArray()
            select ($"{board}, {panel.GetProperty("title").GetString()}", target.GetProperty("expr").GetString()!
                .Replace("$__rate_interval", "30s", StringComparison.Ordinal)
                .Replace("$instance", ".*", StringComparison.Ordinal)
                .Replace("$model", ".*", StringComparison.Ordinal));
        var variables =
            from variable in dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            let query = Regex.Match(variable.GetProperty("query").GetProperty("query").GetString()!, @"^label_values\((\w+), (\w+)\)$")
            select ($"{board}, ${variable.GetProperty("name").GetString()}", $"{query.Groups[1].Value}{{{query.Groups[2].Value}=~\".+\"}}");
        var annotations =
            from annotation in dashboard.GetProperty("annotations").GetProperty("list").EnumerateArray()
            select ($"{board}, {annotation.GetProperty("name").GetString()}",
                $"count_over_time(({annotation.GetProperty("target").GetProperty("expr").GetString()!.Replace("offset 15s", "offset 1s", StringComparison.Ordinal)})[5m:1s])");
        return panels.Concat(variables).Concat(annotations);
    }

    // An alert is silent, and so without series, as long as all is well; what it looks at must be there all the same.
    private static IEnumerable<(string Place, string Expression)> SelectorsOf(JsonElement rule) =>
        Regex.Matches(rule.GetProperty("query").GetString()!, @"\b(up|onlinecf_\w+|instance:onlinecf_\w+(:\w+)?)\b(\{[^}]*\})?")
            .Select(selector => (rule.GetProperty("name").GetString()!, selector.Value));

    // One of everything a user does.
    private async Task LoadAsync(long user)
    {
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = user, Count = 10 }, cancellationToken: Cancellation);
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1_000_000 }, cancellationToken: Cancellation);
        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = user, MovieId = 1 + (user % SyntheticWorld.Movies), Value = 4 } },
            cancellationToken: Cancellation);
        (await _server.Http.GetAsync($"/v1/users/{user}/recommendations", Cancellation)).EnsureSuccessStatusCode();
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.Http.GetAsync("/v1/users/-1/recommendations", Cancellation)).StatusCode);
    }

    private static async Task<int> ScrapesAsync(PrometheusProcess prometheus)
    {
        var counts = await prometheus.ValuesAsync(
            "count_over_time(up{job=\"onlinecf\"}[1m]) and on () (onlinecf_model_version > 0)", Cancellation);
        return counts.Select(count => int.Parse(count, CultureInfo.InvariantCulture)).FirstOrDefault();
    }
}
