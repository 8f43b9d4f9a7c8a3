using System.Diagnostics;
using System.Text.RegularExpressions;
using OnlineCF.Server.Tests.Services;

namespace OnlineCF.Server.Tests;

/// <summary>Runs what the README's first screen says, against a server on other ports.</summary>
public sealed partial class ReadmeTests(TaughtServerFixture fixture) : IClassFixture<TaughtServerFixture>
{
    private static readonly string Root = FindRoot();

    private readonly TestServer _server = fixture.Server;

    [Fact]
    public async Task Curl_rates_and_the_list_knows_it()
    {
        var commands = Blocks("bash").Single(block => block.Contains("curl", StringComparison.Ordinal));
        var output = await RunAsync("bash", ["-euc", Addressed(commands)], Root);
        Assert.Contains("\"result\":\"ACCEPTED\"", output, StringComparison.Ordinal);
        var list = output[output.IndexOf("{\"movies\"", StringComparison.Ordinal)..];
        Assert.Contains("\"source\":\"PERSONALIZED\"", list, StringComparison.Ordinal);
        Assert.DoesNotContain("\"movie\":{\"movieId\":\"318\"", list, StringComparison.Ordinal);
        Assert.Contains("\"reasons\":[{\"movieId\":", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_rates_and_gets_a_list()
    {
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python) || await ExitCodeAsync(Python, ["-c", "import grpc, grpc_tools"]) != 0)
        {
            Assert.Skip("python3-grpcio and python3-grpc-tools are not installed.");
        }

        var folder = Directory.CreateTempSubdirectory("onlinecf-python-").FullName;
        try
        {
            var protoc = Regex.Match(await File.ReadAllTextAsync(ReadmePath, Cancellation), "`python3 (-m grpc_tools[^`]+)`").Groups[1].Value;
            await RunAsync(
                "bash",
                ["-euc", $"cd '{Root}' && {Python} {protoc.Replace("_out=.", $"_out={folder}", StringComparison.Ordinal)}"],
                folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "client.py"), Addressed(Blocks("python").Single()), Cancellation);
            var output = await RunAsync(Python, ["client.py"], folder);
            Assert.Contains("ACCEPTED", output, StringComparison.Ordinal);
            Assert.Equal(5, Regex.Count(output, @"^\d\.\d  .+ Story \d+ \(\d{4}\)$", RegexOptions.Multiline));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Every_setting_of_the_readme_exists_and_every_setting_is_in_the_readme()
    {
        var text = await File.ReadAllTextAsync(ReadmePath, Cancellation);
        var table = text[text.IndexOf("## Settings", StringComparison.Ordinal)..text.IndexOf("## Metrics", StringComparison.Ordinal)];
        var documented = SettingKey().Matches(table).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal(OnlineCF.Server.Settings.OnlineCFSettings.Keys.Order(), documented.Order());
    }

    private static string ReadmePath => Path.Combine(Root, "README.md");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string> Blocks(string language) =>
        Regex.Matches(File.ReadAllText(ReadmePath), $"```{language}\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value);

    private string Addressed(string text) => text
        .Replace("localhost:5080", _server.Server.HttpAddress.Authority, StringComparison.Ordinal)
        .Replace("localhost:5081", _server.Server.GrpcAddress.Authority, StringComparison.Ordinal);

    private static async Task<string> RunAsync(string program, string[] arguments, string folder)
    {
        using var process = Start(program, arguments, folder);
        var error = process.StandardError.ReadToEndAsync(Cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, output + await error);
        return output;
    }

    private static async Task<int> ExitCodeAsync(string program, string[] arguments)
    {
        using var process = Start(program, arguments, Root);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    private static Process Start(string program, string[] arguments, string folder) => Process.Start(
        new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OnlineCF.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+:[A-Z][A-Za-z]+)`")]
    private static partial Regex SettingKey();
}
