using System.Xml.Linq;

namespace OnlineCF.Deployment.Tests;

/// <summary>The command line as a .NET tool: packed from this build, installed and run.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-tool-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_packed_installed_and_brings_its_native_libraries()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await RunAsync("dotnet", "pack", Repository.At("src/OnlineCF.Cli"), "--no-build", "-c", configuration, "-o", At("packages"));
        var package = Assert.Single(Directory.GetFiles(At("packages"), "onlinecf.*.nupkg"));

        // The package comes from this folder alone; a feed elsewhere may have another onlinecf.
        new XElement("configuration", new XElement("packageSources", new XElement("clear"), new XElement("add", new XAttribute("key", "here"), new XAttribute("value", At("packages")))))
            .Save(At("nuget.config"));
        var version = Path.GetFileNameWithoutExtension(package)["onlinecf.".Length..];
        await RunAsync("dotnet", "tool", "install", "onlinecf", "--version", version, "--tool-path", At("tool"), "--configfile", At("nuget.config"), "--no-http-cache");

        var tool = At("tool/onlinecf");
        Assert.StartsWith(version, await RunAsync(tool, "--version"), StringComparison.Ordinal);
        foreach (var seed in (string[])["1", "2"])
        {
            await RunAsync(tool, "generate", "--users", "40", "--movies", "60", "--ratings", "1200", "--seed", seed, "--out", At(seed));
        }

        var figures = await RunAsync(tool, "evaluate", "--train", At("1/ratings.csv"), "--test", At("2/ratings.csv"), "--json");
        Assert.Contains("\"rmse\"", figures, StringComparison.Ordinal);
    }

    private string At(string path) => Path.Combine(_folder, path);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        // Installed packages are unpacked here too, so that they go with the folder.
        var start = Programs.Start(program, arguments, _folder);
        if (arguments[0] == "tool")
        {
            start.Environment["NUGET_PACKAGES"] = At("unpacked");
        }

        var (exitCode, output) = await Programs.RunAsync(start);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
