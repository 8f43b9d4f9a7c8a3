using System.Text.Json;
using System.Text.RegularExpressions;

namespace OnlineCF.Architecture.Tests;

public sealed class DeploymentTests
{
    private const string Dashboards = "deploy/grafana/dashboards/";

    // The names that dashboards and alerts of others rely on too.
    private static readonly string[] Metrics =
    [
        "onlinecf_training_loss", "onlinecf_training_rmse", "onlinecf_training_ndcg_10", "onlinecf_training_epoch",
        "onlinecf_training_rounds_total", "onlinecf_training_round_duration_seconds",
        "onlinecf_training_ratings_per_second", "onlinecf_training_pending_ratings", "onlinecf_model_version",
        "onlinecf_model_age_seconds", "onlinecf_model_propagation_seconds", "onlinecf_prequential_rmse",
        "onlinecf_prequential_hit_rate_10", "onlinecf_ratings_received_total", "onlinecf_rating_ack_duration_seconds",
        "onlinecf_recommend_duration_seconds", "onlinecf_recommendations_total", "onlinecf_rating_log_sequence",
        "onlinecf_stream_lag_ratings", "onlinecf_training_popularity_ndcg_10", "onlinecf_storage_free_bytes",
        "onlinecf_training_round", "onlinecf_training_round_loss", "onlinecf_training_epoch_loss",
        "onlinecf_training_diverged_total", "onlinecf_training_threads", "onlinecf_model_rmse",
        "onlinecf_model_ndcg_10", "onlinecf_errors_total", "onlinecf_prequential_model_rmse",
        "onlinecf_prequential_model_hit_rate_10", "onlinecf_prequential_model_ndcg_10", "onlinecf_list_coverage_10",
        "onlinecf_list_novelty_10", "onlinecf_calls_limited_total",
    ];

    private static readonly string[] Histograms =
    [
        "onlinecf_training_round_duration_seconds", "onlinecf_model_propagation_seconds",
        "onlinecf_rating_ack_duration_seconds", "onlinecf_recommend_duration_seconds",
    ];

    [Fact]
    public void Dashboards_and_alerts_ask_for_metrics_that_the_server_has()
    {
        var known = Metrics.Except(Histograms).Concat(Histograms.SelectMany(metric => new[] { metric + "_bucket", metric + "_sum", metric + "_count" })).ToHashSet();
        var files = Repository.Files.Where(file => file.StartsWith(Dashboards, StringComparison.Ordinal))
            .Append("deploy/prometheus/alerts.yml").ToList();

        Assert.True(files.Count > 1);
        Assert.Empty(
            from file in files
            from name in MetricsIn(Repository.Read(file))
            where !known.Contains(name)
            select $"{file}: {name}");
    }

    [Theory]
    [InlineData("onlinecf_training_loss")]
    [InlineData("onlinecf_training_rmse")]
    [InlineData("onlinecf_training_ndcg_10")]
    [InlineData("onlinecf_prequential_rmse")]
    [InlineData("onlinecf_model_version")]
    [InlineData("onlinecf_ratings_received_total")]
    public void The_learning_dashboard_shows(string metric)
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Dashboards + "learning.json"));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!);

        Assert.Contains(metric, expressions.SelectMany(MetricsIn));
    }

    [Theory]
    [InlineData("learning.json")]
    [InlineData("serving.json")]
    [InlineData("silos.json")]
    public void Panels_have_units_titles_and_descriptions_and_their_variables_exist(string file)
    {
        var text = Repository.Read(Dashboards + file);
        using var dashboard = JsonDocument.Parse(text);
        var variables = dashboard.RootElement.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(variable => variable.GetProperty("name").GetString()!).ToList();
        var used = Regex.Matches(text, @"\$(?!__)(\w+)").Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(variables.Order(), used.Order());
        Assert.All(dashboard.RootElement.GetProperty("panels").EnumerateArray(), panel =>
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.NotEmpty(panel.GetProperty("fieldConfig").GetProperty("defaults").GetProperty("unit").GetString()!);
        });
    }

    [Fact]
    public void Every_alert_has_a_part_of_the_runbooks_and_every_part_an_alert()
    {
        var rules = Repository.Read("deploy/prometheus/alerts.yml");
        var alerts = Regex.Matches(rules, @"- alert: (\w+)").Select(match => match.Groups[1].Value).ToList();
        var links = Regex.Matches(rules, @"runbook_url: (\S+)").Select(match => match.Groups[1].Value);
        var parts = Regex.Matches(Repository.Read("deploy/prometheus/runbooks.md"), "^## (\\w+)\\r?$", RegexOptions.Multiline).Select(match => match.Groups[1].Value);

        Assert.Equal(alerts.Select(alert => $"deploy/prometheus/runbooks.md#{alert.ToLowerInvariant()}"), links);
        Assert.Equal(alerts.Order(), parts.Order());
    }

    [Fact]
    public void Dashboards_have_their_own_uids_and_link_to_those_there_are()
    {
        var dashboards = Repository.Files.Where(file => file.StartsWith(Dashboards, StringComparison.Ordinal))
            .Select(file => JsonDocument.Parse(Repository.Read(file)).RootElement).ToList();
        var uids = dashboards.ConvertAll(dashboard => dashboard.GetProperty("uid").GetString()!);

        Assert.Equal(uids.Count, uids.Distinct().Count());
        Assert.All(dashboards.SelectMany(x => x.GetProperty("links").EnumerateArray()), link =>
            Assert.Contains(link.GetProperty("url").GetString()!.Replace("/d/", "", StringComparison.Ordinal), uids));
    }

    [Theory]
    [InlineData("learning.json")]
    [InlineData("serving.json")]
    [InlineData("silos.json")]
    public void Panels_have_their_own_ids_and_do_not_overlap(string file)
    {
        using var dashboard = JsonDocument.Parse(Repository.Read(Dashboards + file));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        var cells = panels.Select(panel => panel.GetProperty("gridPos")).SelectMany(place =>
            from x in Enumerable.Range(Number(place, "x"), Number(place, "w"))
            from y in Enumerable.Range(Number(place, "y"), Number(place, "h"))
            select (x, y)).ToList();

        Assert.Equal(panels.Count, panels.DistinctBy(panel => Number(panel, "id")).Count());
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    [Fact]
    public void Compose_publishes_on_loopback_only()
    {
        var ports = Regex.Matches(Repository.Read("docker-compose.yml"), "^ *- \"?([\\d.:]+:\\d+)\"?\\s*$", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("127.0.0.1:5080:5080", ports);
        Assert.Contains("127.0.0.1:5081:5081", ports);
        Assert.All(ports, port => Assert.StartsWith("127.0.0.1:", port));
    }

    [Theory]
    [InlineData("deploy/Dockerfile")]
    [InlineData("deploy/Dockerfile.cuda")]
    public void Images_restore_the_rooms_of_the_server_and_do_not_run_as_root(string file)
    {
        var text = Repository.Read(file);
        var rooms = Project.Rooms.Where(room => room.Name != "OnlineCF.Cli");

        Assert.All(rooms, room => Assert.Contains($"COPY {room.File} src/{room.Name}/", text));
        Assert.Matches(@"(?m)^USER \$APP_UID$", text[text.LastIndexOf("FROM ", StringComparison.Ordinal)..]);
    }

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    // Recorded figures have colons in their names.
    private static IEnumerable<string> MetricsIn(string text) =>
        Regex.Matches(text, @"(?<!:)\bonlinecf_\w+\b(?!:)").Select(match => match.Value);
}
