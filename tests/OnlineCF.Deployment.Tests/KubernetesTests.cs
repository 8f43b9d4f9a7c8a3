using Microsoft.Extensions.Configuration;
using OnlineCF.Server.Settings;

namespace OnlineCF.Deployment.Tests;

/// <summary>The kustomize base in deploy/kubernetes.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "deploy/kubernetes";

    public static TheoryData<string, string> Silos => new() { { "server.yaml", "serve" }, { "trainer.yaml", "train" } };

    [Fact]
    public async Task Kustomize_builds_it()
    {
        Assert.SkipUnless(Programs.OnPath("kubectl"), "kubectl is not installed.");
        var (exitCode, output) = await Programs.RunAsync("kubectl", ["kustomize", Folder], Repository.Root);
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["ConfigMap", "Deployment", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "Service"],
            output.Split('\n').Where(line => line.StartsWith("kind: ", StringComparison.Ordinal)).Select(line => line[6..].Trim()).Order());
    }

    [Fact]
    public void Every_file_is_in_it() =>
        Assert.Equal(
            Directory.GetFiles(Repository.At(Folder), "*.yaml").Select(Path.GetFileName).Where(name => name != "kustomization.yaml").Order(),
            Repository.Yaml($"{Folder}/kustomization.yaml")["resources"].Texts.Order());

    [Theory]
    [MemberData(nameof(Silos))]
    public void A_silo_has_settings_that_exist_a_role_and_its_own_address(string file, string role)
    {
        var container = ContainerOf(file);
        var fromPod = container["env"].Items.ToDictionary(variable => variable["name"].Text);
        var settings = ComposeTests.Settings(Repository.Yaml($"{Folder}/settings.yaml")["data"].Fields.ToDictionary(x => x.Key, x => x.Value.Text)).ToDictionary();
        settings.Add("Silo:Roles", fromPod["OnlineCF__Silo__Roles"]["value"].Text);
        settings.Add("Storage:ConnectionString", "Host=db");

        Assert.Empty(settings.Keys.Except(OnlineCFSettings.Keys));
        var read = OnlineCFSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.Equal(role, read.Silo.Roles);
        Assert.True(read.Cluster.IsShared);
        Assert.Equal("status.podIP", fromPod["OnlineCF__Cluster__Address"]["valueFrom"]["fieldRef"]["fieldPath"].Text);
        Assert.Equal("connection-string", fromPod["OnlineCF__Storage__ConnectionString"]["valueFrom"]["secretKeyRef"]["key"].Text);
        Assert.Equal(
            [read.Server.HttpPort, read.Server.GrpcPort, read.Cluster.SiloPort],
            container["ports"].Items.Select(port => int.Parse(port["containerPort"].Text)));
    }

    [Theory]
    [MemberData(nameof(Silos))]
    public void A_silo_is_confined_probed_and_has_time_to_hand_over(string file, string role)
    {
        var (container, pod) = (ContainerOf(file), PodOf(file));

        Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].Text);
        Assert.Equal("true", container["securityContext"]["readOnlyRootFilesystem"].Text);
        Assert.Equal(["ALL"], container["securityContext"]["capabilities"]["drop"].Texts);
        Assert.Equal("/health/ready", container["readinessProbe"]["httpGet"]["path"].Text);
        Assert.Equal("/health/live", container["livenessProbe"]["httpGet"]["path"].Text);
        Assert.InRange(int.Parse(pod["terminationGracePeriodSeconds"].Text), 31, 120);
        Assert.NotEmpty(role);
    }

    private static Node PodOf(string file) => Repository.Yaml($"{Folder}/{file}")["spec"]["template"]["spec"];

    private static Node ContainerOf(string file) => PodOf(file)["containers"].Items.Single();
}
