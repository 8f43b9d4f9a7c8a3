using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OnlineCF.Cli;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Tests.Fakes;

namespace OnlineCF.Web.Tests;

/// <summary>The demo from its command to its end, and the page that it names.</summary>
public sealed class DemoTests(Chromium chromium, ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_command_gives_a_page_on_which_ratings_flow_in_and_a_model_serves_within_a_minute()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var said = new FirstLine();
        using var errors = TextWriter.Synchronized(new StringWriter());
        var startedAt = Stopwatch.GetTimestamp();
        var demo = OnlineCfCommand.RunAsync(
            ["demo", "--http-port", "0", "--grpc-port", "0", "--ratings-per-second", "200", "--json"],
            new CliEnvironment { Out = said, Error = errors, Time = TimeProvider.System, StateFolder = _folder.Path, Variable = _ => null },
            interrupt.Token);
        Assert.True(await Task.WhenAny(demo, said.Line) == said.Line, errors.ToString());
        var ready = Stopwatch.GetElapsedTime(startedAt);
        output.WriteLine($"ready after {ready.TotalSeconds:F1} s");
        Assert.True(ready < TimeSpan.FromMinutes(1), $"{ready}");

        var page = new Uri(JsonElement.Parse(await said.Line).GetProperty("page").GetString()!);
        await using (var window = await chromium.OpenAsync(new Uri(page, "#/training")))
        {
            await Assertions.Expect(window.Page.Locator("#status-model")).ToHaveTextAsync(new Regex(@"^\d+$"));
            await Assertions.Expect(window.Page.Locator("#status-rate")).ToHaveTextAsync(new Regex("^[1-9]"));
            Assert.Empty(window.Complaints);
        }

        await interrupt.CancelAsync();
        Assert.Equal(ExitCodes.Interrupted, await demo);
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(page, TestContext.Current.CancellationToken));
    }

    /// <summary>Keeps what is written until its line ends.</summary>
    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override void Write(char value)
        {
            base.Write(value);
            if (value == '\n')
            {
                _line.TrySetResult(ToString());
            }
        }

        public override void Write(char[] buffer, int index, int count)
        {
            foreach (var value in buffer.AsSpan(index, count))
            {
                Write(value);
            }
        }

        public override void Write(string? value) => Write((value ?? "").ToCharArray(), 0, value?.Length ?? 0);
    }
}
