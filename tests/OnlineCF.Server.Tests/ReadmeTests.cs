using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Settings;
using OnlineCF.Server.Tests.Services;

namespace OnlineCF.Server.Tests;

/// <summary>Runs what the README's first screen says, against a server on other ports.</summary>
[Collection(nameof(Alone))]
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
    public async Task CSharp_rates_and_gets_a_list()
    {
        var folder = Directory.CreateTempSubdirectory("onlinecf-csharp-").FullName;
        try
        {
            var pack = Blocks("bash").Single(block => block.Contains("OnlineCF.$room", StringComparison.Ordinal));
            await RunAsync("bash", ["-euc", pack.Replace("../client", folder, StringComparison.Ordinal)], Root);
            await File.WriteAllTextAsync(Path.Combine(folder, "client.csproj"), Blocks("xml").Single(), Cancellation);
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Addressed(Blocks("csharp").Single()), Cancellation);

            // What the packages are is of this build: they must not stay among those of this machine.
            var output = await RunAsync(
                "bash",
                ["-euc", "NUGET_FALLBACK_PACKAGES=${NUGET_PACKAGES:-$HOME/.nuget/packages} NUGET_PACKAGES=$PWD/nuget dotnet run"],
                folder);
            Assert.Contains("ACCEPTED", output, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("1 accepted", output, StringComparison.Ordinal);
            Assert.Equal(5, Regex.Count(output, @"^\d\.\d  .+ Story \d+ \(\d{4}\)$", RegexOptions.Multiline));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_table_of_settings_is_that_of_the_program() => AssertTable(
        "settings",
        ["key", "default", "is", "meaning"],
        OnlineCFSettings.All.Select(x => new[] { $"`{x.Key}`", x.Default.Length == 0 ? "none" : x.Default, x.Values, x.Meaning }));

    [Fact]
    public async Task The_table_of_metrics_is_that_of_the_program()
    {
        var instruments = Instruments().Select(x => x.Name.Replace('.', '_')).Distinct().ToList();
        _server.CompareModel();

        // Some are measured a moment after what they measure, some on many ratings or lists.
        List<string[]> rows;
        List<string> missing = [];
        var (users, started) = (9001, Stopwatch.GetTimestamp());
        do
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2), $"Not measured: {string.Join(", ", missing)}");
            await _server.StreamAsync(
                Enumerable.Range(1, 40).Select(movieId => new Rating { UserId = users, MovieId = movieId, Value = 5 }), Cancellation);
            for (var list = 0; list < 5; list++)
            {
                await _server.Recommendations.RecommendAsync(new() { UserId = users }, cancellationToken: Cancellation);
            }

            var metrics = await _server.Http.GetStringAsync("metrics", Cancellation);
            rows = [.. Metric().Matches(metrics).Select(match => Row(match, metrics))];
            missing = instruments.FindAll(name => !rows.Exists(row => row[0].StartsWith("`" + name, StringComparison.Ordinal)));
            users++;
        }
        while (missing.Count > 0);

        AssertTable("metrics", ["name", "type", "meaning"], rows.OrderBy(row => row[0], StringComparer.Ordinal));
    }

    private static List<Instrument> Instruments()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == OnlineCFInstruments.MeterName)
                {
                    instruments.Add(instrument);
                }
            },
        };
        listener.Start();
        return instruments;
    }

    private static string[] Row(Match metric, string metrics)
    {
        var name = metric.Groups["name"].Value;
        var labels = Regex.Matches(metrics, $@"^{name}(?:_count)?\{{(.*)\}} ", RegexOptions.Multiline)
            .SelectMany(sample => Regex.Matches(sample.Groups[1].Value, "([a-z_]+)=")).Select(label => label.Groups[1].Value).Distinct().ToList();
        return [$"`{name}{(labels.Count == 0 ? "" : $"{{{string.Join(',', labels)}}}")}`", metric.Groups["type"].Value, metric.Groups["help"].Value];
    }

    // With UPDATE_README=1 in its environment the test writes the table instead.
    private static void AssertTable(string name, string[] head, IEnumerable<string[]> rows)
    {
        var table = string.Concat(rows.Prepend([.. head.Select(_ => "---")]).Prepend(head).Select(cells => $"| {string.Join(" | ", cells)} |\n"));
        var readme = File.ReadAllText(ReadmePath);
        var place = Regex.Match(readme, $"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", RegexOptions.Singleline);
        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(ReadmePath, readme[..place.Index] + table + readme[(place.Index + place.Length)..]);
        }
        else
        {
            Assert.Equal(table, place.Value);
        }
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

    [GeneratedRegex(@"^# TYPE (?<name>onlinecf_\w+) (?<type>\w+)\n(?:# UNIT .*\n)?# HELP \k<name> (?<help>.*)$", RegexOptions.Multiline)]
    private static partial Regex Metric();
}
