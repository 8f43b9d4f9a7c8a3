namespace OnlineCF.Deployment.Tests;

/// <summary>The shipped dashboards against the schema that Grafana publishes on npm, by the TypeScript compiler.</summary>
public sealed class GrafanaSchemaTests : IDisposable
{
    private const string Dashboards = "deploy/grafana/dashboards";
    private readonly string _folder = Directory.CreateTempSubdirectory("onlinecf-grafana-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Dashboards_are_what_grafanas_schema_allows_and_the_check_sees_what_is_not()
    {
        Assert.SkipUnless(Programs.OnPath("npm"), "npm is not installed.");
        foreach (var file in Directory.GetFiles(Repository.At("tests/OnlineCF.Deployment.Tests/grafana")))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        var (installed, said) = await Programs.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], _folder);
        Assert.True(installed == 0, said);

        var files = Directory.GetFiles(Repository.At(Dashboards), "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await WriteAsync(Path.GetFileNameWithoutExtension(file), await File.ReadAllTextAsync(file, Cancellation));
        }

        var (exitCode, faults) = await CompileAsync();
        Assert.True(exitCode == 0, faults);

        var learning = Repository.Read($"{Dashboards}/learning.json");
        await WriteAsync("unknown", learning.Replace("\"drawStyle\"", "\"drawStile\"", StringComparison.Ordinal));
        await WriteAsync("unfit", learning.Replace("\"colorMode\": \"none\"", "\"colorMode\": \"rainbow\"", StringComparison.Ordinal));
        var (_, found) = await CompileAsync();
        Assert.Contains("unknown.ts", found, StringComparison.Ordinal);
        Assert.Contains("unfit.ts", found, StringComparison.Ordinal);
        Assert.DoesNotContain("learning.ts", found, StringComparison.Ordinal);
    }

    // JSON is TypeScript too.
    private Task WriteAsync(string name, string json) => File.WriteAllTextAsync(
        Path.Combine(_folder, name + ".ts"),
        $"import type {{ Dashboard }} from \"./dashboard\";\nexport const dashboard: Dashboard = {json};\n", Cancellation);

    private Task<(int ExitCode, string Output)> CompileAsync() =>
        Programs.RunAsync(Path.Combine(_folder, "node_modules/.bin/tsc"), ["-p", "."], _folder);
}
