using Microsoft.Extensions.Configuration;
using OnlineCF.Server.Settings;

namespace OnlineCF.Deployment.Tests;

/// <summary>The profile that brings several silos.</summary>
public sealed class ClusterComposeTests
{
    private static readonly IReadOnlyDictionary<string, ComposeService> Services = ComposeFile.ServicesOf("cluster");

    private static IEnumerable<KeyValuePair<string, ComposeService>> Silos =>
        Services.Where(service => service.Value.Environment.ContainsKey("OnlineCF__Cluster__Mode"));

    [Fact]
    public async Task Compose_accepts_it()
    {
        Assert.SkipUnless(Programs.OnPath("docker-compose"), "docker-compose is not installed.");
        var (exitCode, output) = await Programs.RunAsync("docker-compose", ["--profile", "cluster", "config", "-q"], Repository.Root);
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Two_silos_serve_and_one_trains()
    {
        Assert.Equal(["serve", "serve", "train"], Silos.Select(silo => SettingsOf(silo.Value).Silo.Roles).Order());
        Assert.All(Silos, silo => Assert.True(SettingsOf(silo.Value).Cluster.IsShared));
        Assert.Single(Silos.Select(silo => SettingsOf(silo.Value).Storage.ConnectionString).Distinct());
    }

    [Fact]
    public void They_find_the_database_in_a_network_of_their_own()
    {
        var host = SettingsOf(Silos.First().Value).Storage.ConnectionString.Split(';').Single(part => part.StartsWith("Host=", StringComparison.Ordinal))[5..];

        Assert.Empty(Services[host].Ports);
        Assert.Equal(["store"], Services[host].Node["networks"].Texts);
        Assert.All(Silos, silo => Assert.Contains("store", silo.Value.Node["networks"].Fields.Keys));
        Assert.All(Silos, silo => Assert.Equal("service_healthy", silo.Value.Node["depends_on"][host]["condition"].Text));
    }

    [Fact]
    public void Ports_are_published_on_loopback_once_each()
    {
        var ports = Services.Values.SelectMany(service => service.Ports).ToList();
        Assert.All(ports, port => Assert.Equal("127.0.0.1", port.Address));
        Assert.Equal(ports.Select(port => port.Published).Distinct(), ports.Select(port => port.Published));
    }

    [Fact]
    public void Silos_keep_no_common_folder() =>
        Assert.Equal(
            Silos.Select(silo => silo.Key).Count(),
            Silos.Select(silo => silo.Value.Mounts.Single().Value).Distinct().Count());

    [Fact]
    public void Prometheus_asks_every_silo_by_a_name_that_it_answers_under()
    {
        var prometheus = Services["prometheus-cluster"];
        var file = prometheus.Node["command"].Texts.Single(part => part.StartsWith("--config.file=", StringComparison.Ordinal))["--config.file=".Length..];
        var targets = Repository.Yaml(prometheus.InTree(file))["scrape_configs"].Items.Single()["static_configs"].Items.Single()["targets"].Texts;
        var names = Silos.First().Value.Environment["AllowedHosts"].Split(';');

        Assert.Equal(Silos.Select(silo => $"{silo.Key}:5080").Order(), targets.Order());
        Assert.All(targets, target => Assert.Contains(target.Split(':')[0], names));
        Assert.Contains("prometheus", prometheus.Aliases);
    }

    private static OnlineCFSettings SettingsOf(ComposeService silo)
    {
        var settings = ComposeTests.Settings(silo.Environment).ToDictionary();
        Assert.Empty(settings.Keys.Except(OnlineCFSettings.Keys));
        return OnlineCFSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
