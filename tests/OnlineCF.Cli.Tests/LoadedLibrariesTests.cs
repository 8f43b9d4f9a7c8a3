using System.Diagnostics;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Cli.Tests;

/// <summary>What a verb that does not train has in its memory, looked at while the server answers it.</summary>
public sealed class LoadedLibrariesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rate", "1", "2", "3")]
    [InlineData("recommend", "1")]
    [InlineData("similar", "1")]
    [InlineData("search", "heat")]
    [InlineData("models")]
    [InlineData("status")]
    [InlineData("import", "stars.csv")]
    [InlineData("train")]
    public async Task Verbs_of_a_server_load_no_libtorch(params string[] args)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The loaded libraries are read from /proc.");
        await using var server = await FakeServer.StartAsync();
        _folder.Write("stars.csv", "1,1,5\n");
        var started = new TaskCompletionSource<int>();
        var libraries = "";
        server.State.Called = () => libraries = File.ReadAllText($"/proc/{started.Task.GetAwaiter().GetResult()}/maps");

        using var verb = Start(server.Address, args);
        started.SetResult(verb.Id);
        await verb.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("onlinecf.dll", libraries, StringComparison.Ordinal);
        Assert.DoesNotContain("torch", libraries, StringComparison.OrdinalIgnoreCase);
    }

    private Process Start(Uri server, string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "onlinecf.dll"));
        Array.ForEach(args, start.ArgumentList.Add);
        start.Environment["ONLINECF_SERVER"] = server.OriginalString;
        start.Environment["XDG_STATE_HOME"] = _folder.Path;
        return Process.Start(start)!;
    }
}
