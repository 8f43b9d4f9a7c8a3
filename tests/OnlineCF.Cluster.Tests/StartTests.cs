using System.Net;
using System.Net.Sockets;

namespace OnlineCF.Cluster.Tests;

/// <summary>A server that cannot start says why in one message and nothing else.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-start-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Training:Device is cuda, but no CUDA device is usable here. Choose auto or cpu", "--Training:Device=cuda")]
    [InlineData("The folder '/proc/nowhere' cannot be created", "--Storage:Path=/proc/nowhere")]
    [InlineData("'help' is no setting", "help")]
    [InlineData("halp: has no value", "--halp", "--Storage:Path=elsewhere")]
    [InlineData("Trainin:Device: there is no such setting", "--Trainin:Device=cpu")]
    [InlineData("Training:EmbeddingDim: has no value", "--Training:EmbeddingDim", "--Model:Keep=2")]
    [InlineData("Server:GrpcPort: '5999' is Server:HttpPort too", "--Server:HttpPort=5999", "--Server:GrpcPort=5999")]
    public Task What_is_wrong_is_said_once(string reason, params string[] settings) => RefusesAsync(reason, settings);

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await RefusesAsync($"Port {port} is in use by another program", $"--Server:GrpcPort={port}");
        await RefusesAsync("Choose others with --Server:HttpPort and --Server:GrpcPort.", $"--Server:HttpPort={port}");
    }

    [Fact]
    public async Task A_store_that_another_server_has_open_is_named()
    {
        await using var first = await ServerProcess.StartAsync(_folder, "--Training:Automatic=false");
        await RefusesAsync(Path.Combine(_folder, "data"));
    }

    [Fact]
    public async Task Wrong_settings_are_reported_together()
    {
        string[] settings = ["--Training:EmbeddingDim=0", "--Model:Keep=none"];
        await RefusesAsync("Training:EmbeddingDim: '0'", settings);
        await RefusesAsync("Model:Keep: 'none'", settings);
    }

    [Fact]
    public async Task A_settings_file_that_is_no_json_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "appsettings.json"), "{ \"Training\": { \"Epochs\": 5, }", TestContext.Current.CancellationToken);
        await RefusesAsync(Path.Combine(_folder, "appsettings.json"));
    }

    [Fact]
    public async Task Help_lists_every_setting_and_starts_nothing()
    {
        var (exitCode, error, help) = await ServerProcess.FailToStartAsync(_folder, "--help");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.All(Server.Settings.OnlineCFSettings.Keys, key => Assert.Contains($"--{key} ", help, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    private async Task RefusesAsync(string reason, params string[] settings)
    {
        var (exitCode, error, log) = await ServerProcess.FailToStartAsync(_folder, settings);

        Assert.Equal((1, ""), (exitCode, log));
        Assert.StartsWith("OnlineCF cannot start.", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }
}
