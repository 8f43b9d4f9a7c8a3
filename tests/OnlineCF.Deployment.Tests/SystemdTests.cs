using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OnlineCF.Server.Settings;

namespace OnlineCF.Deployment.Tests;

public sealed class SystemdTests : IDisposable
{
    private const string Unit = "deploy/onlinecf.service";
    private static readonly string[] Command = Regex.Match(Repository.Read(Unit), @"(?m)^ExecStart=(.+)$").Groups[1].Value.Split(' ');
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-systemd-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_the_unit()
    {
        Assert.SkipUnless(Programs.OnPath("systemd-analyze"), "systemd-analyze is not installed.");
        var unit = Path.Combine(_folder, Path.GetFileName(Unit));
        var program = Programs.Built(Path.GetFileName(Command[0]));
        await File.WriteAllTextAsync(unit, Repository.Read(Unit).Replace(Command[0], program, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (exitCode, output) = await Programs.RunAsync("systemd-analyze", ["verify", "--man=no", unit], _folder);
        Assert.True(exitCode == 0, output);
        Assert.Empty(output);
    }

    [Fact]
    public void The_server_stores_where_the_unit_lets_it_write()
    {
        var settings = OnlineCFSettings.Read(new ConfigurationBuilder().AddCommandLine(Command[1..]).Build());
        var state = Regex.Match(Repository.Read(Unit), @"(?m)^StateDirectory=(.+)$").Groups[1].Value;

        Assert.Equal($"/var/lib/{state}", settings.Storage.Path);
    }
}
