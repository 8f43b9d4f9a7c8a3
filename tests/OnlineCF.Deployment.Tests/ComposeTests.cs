using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OnlineCF.Server.Settings;

namespace OnlineCF.Deployment.Tests;

public sealed class ComposeTests
{
    private static readonly string[] Profiles = ["cpu", "gpu"];

    public static TheoryData<string> EachProfile => [.. Profiles];

    [Theory]
    [InlineData("config", "-q")]
    [InlineData("--profile", "gpu", "config", "-q")]
    public async Task Compose_accepts_the_file(params string[] arguments)
    {
        Assert.SkipUnless(Programs.OnPath("docker-compose"), "docker-compose is not installed.");
        var (exitCode, output) = await Programs.RunAsync("docker-compose", arguments, Repository.Root);
        Assert.True(exitCode == 0, output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Grafana_has_an_administrator_only_with_a_password_in_a_file(bool named)
    {
        Assert.SkipUnless(Programs.OnPath("docker-compose"), "docker-compose is not installed.");
        var start = Programs.Start("docker-compose", ["-f", "docker-compose.yml", "-f", "deploy/grafana/admin.compose.yml", "config"], Repository.Root);
        if (named)
        {
            start.Environment["GRAFANA_ADMIN_PASSWORD_FILE"] = "./grafana.password";
        }

        var (exitCode, output) = await Programs.RunAsync(start);

        Assert.Equal(named, exitCode == 0);
        Assert.Contains(named ? "GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana-admin" : "a file with the password", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Alertmanager_accepts_its_file_and_prometheus_knows_where_it_is()
    {
        Assert.All((string[])["prometheus.yml", "cluster.prometheus.yml"], file => Assert.Contains(
            "alertmanager:9093", Repository.Read($"deploy/prometheus/{file}"), StringComparison.Ordinal));
        Assert.SkipUnless(Programs.OnPath("amtool"), "amtool is not installed.");
        var (exitCode, output) = await Programs.RunAsync("amtool", ["check-config", "deploy/alertmanager/alertmanager.yml"], Repository.Root);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void The_cpu_build_is_what_starts_where_no_profile_is_named() =>
        Assert.Contains("COMPOSE_PROFILES=cpu", Repository.Read(".env").Split('\n'));

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void Ports_are_published_on_loopback_and_are_those_the_programs_listen_on(string profile)
    {
        var compose = new ComposeFile(profile);
        var defaults = new OnlineCFSettings().Server;

        Assert.All(compose.Services.Values.SelectMany(service => service.Ports), port => Assert.Equal("127.0.0.1", port.Address));
        Assert.Equal([defaults.HttpPort, defaults.GrpcPort], compose.Server.Ports.Select(port => port.Target));
        Assert.Equal([defaults.HttpPort, defaults.GrpcPort], compose.Server.Dockerfile.Ports);
        Assert.Equal([9090], compose.Services["prometheus"].Ports.Select(port => port.Target));
        Assert.Equal([9093], compose.Services["alertmanager"].Ports.Select(port => port.Target));
        Assert.Equal([3000], compose.Services["grafana"].Ports.Select(port => port.Target));
        Assert.Empty(compose.World.Ports);
    }

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void Settings_of_the_server_exist_and_are_valid(string profile)
    {
        var server = new ComposeFile(profile).Server;
        var settings = Settings(server.Environment).Concat(Settings(server.Dockerfile.Environment)).ToDictionary();

        Assert.Empty(settings.Keys.Except(OnlineCFSettings.Keys));
        var read = OnlineCFSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.True(read.Server.AllowAnonymousRemote);
        Assert.Equal(server.Dockerfile.Volume, read.Storage.Path);
        Assert.Contains(read.Storage.Path, server.Mounts.Keys);
    }

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void Services_are_confined_and_no_secret_is_written_down(string profile) =>
        Assert.All(new ComposeFile(profile).Services.Values, service =>
        {
            Assert.Equal("true", service.Node["read_only"].Text);
            Assert.Equal(["ALL"], service.Node["cap_drop"].Texts);
            Assert.NotEmpty(service.Node["mem_limit"].Text);
            Assert.NotEmpty(service.Node["cpus"].Text);
            Assert.DoesNotContain(service.Environment.Keys, key => Regex.IsMatch(key, "PASSWORD|SECRET|TOKEN|_KEY$"));
        });

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void What_is_mounted_is_there(string profile)
    {
        var sources = new ComposeFile(profile).Services.Values.SelectMany(service => service.Mounts.Values).Distinct();
        Assert.All(sources, source => Assert.True(
            source.StartsWith("./", StringComparison.Ordinal) ? Repository.Has(source) : ComposeFile.Volumes.Contains(source), source));
    }

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void Prometheus_finds_its_rules_and_asks_the_server(string profile)
    {
        var compose = new ComposeFile(profile);
        var file = compose.Services["prometheus"].InTree("/etc/prometheus/prometheus.yml");
        var config = Repository.Yaml(file);

        Assert.All(config["rule_files"].Texts, rules => Assert.True(Repository.Has(Path.Combine(Path.GetDirectoryName(file)!, rules))));
        var target = Assert.Single(config["scrape_configs"].Items).Fields["static_configs"].Items[0]["targets"].Texts.Single().Split(':');
        Assert.Contains(target[0], compose.Hosts);
        Assert.Equal(compose.Server.Ports.First().Target, int.Parse(target[1]));
    }

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void Grafana_finds_its_dashboards_and_prometheus(string profile)
    {
        var compose = new ComposeFile(profile);
        var grafana = compose.Services["grafana"];
        var provider = Repository.Yaml(grafana.InTree("/etc/grafana/provisioning/dashboards/onlinecf.yml"))["providers"].Items.Single();
        var source = Repository.Yaml(grafana.InTree("/etc/grafana/provisioning/datasources/prometheus.yml"))["datasources"].Items.Single();
        var address = new Uri(source["url"].Text);

        Assert.NotEmpty(Directory.GetFiles(Repository.At(grafana.InTree(provider["options"]["path"].Text)), "*.json"));
        Assert.True(Repository.Has(grafana.InTree(grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])));
        Assert.Equal(compose.Services[address.Host].Ports.Single().Target, address.Port);
    }

    [Theory]
    [MemberData(nameof(EachProfile))]
    public void The_image_has_the_programs_that_are_started_and_gets_signals_itself(string profile)
    {
        var compose = new ComposeFile(profile);
        var image = compose.Server.Dockerfile;

        Assert.Equal(["dotnet", "OnlineCF.Server.dll"], image.Entrypoint);
        Assert.Equal("onlinecf", compose.World.Entrypoint[0]);
        Assert.StartsWith("/app:", image.Environment["PATH"], StringComparison.Ordinal);
        Assert.All(["OnlineCF.Server.dll", "onlinecf"], file => Assert.True(File.Exists(Programs.Built(file))));
        Assert.Equal(compose.Server.Node["image"].Text, compose.World.Node["image"].Text);
        Assert.Equal(new ComposeFile("cpu").Server.Dockerfile.HealthCommand, image.HealthCommand);
        Assert.Equal(("SIGTERM", "$APP_UID"), (image.StopSignal, image.User));
        Assert.Contains(new Uri(compose.World.Entrypoint.Single(x => x.StartsWith("http", StringComparison.Ordinal))).Host, compose.Hosts);
    }

    internal static IEnumerable<KeyValuePair<string, string?>> Settings(IReadOnlyDictionary<string, string> environment) =>
        from variable in environment
        where variable.Key.StartsWith("OnlineCF__", StringComparison.Ordinal)
        select new KeyValuePair<string, string?>(
            variable.Key["OnlineCF__".Length..].Replace("__", ":", StringComparison.Ordinal), variable.Value);
}
