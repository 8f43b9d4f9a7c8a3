using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>
/// One page in a real headless Chromium, driven by the DevTools protocol over a pair of pipes, so that the browser
/// ends with the test whatever happens; a test that needs it is skipped where there is none.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _profile;
    private readonly Process _process;
    private readonly BufferedStream _answers;
    private string? _session;
    private int _lastId;

    private Browser(TemporaryFolder profile, Process process) =>
        (_profile, _process, _answers) = (profile, process, new BufferedStream(process.StandardOutput.BaseStream, 1 << 16));

    /// <summary>Errors and warnings of the page's console, and what it could not load.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Requests that are not for the page itself.</summary>
    public List<string> Requests { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts the browser with an empty page.</summary>
    public static async Task<Browser> StartAsync()
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "No Chromium is installed.");
        var profile = new TemporaryFolder();
        // The protocol is spoken on the descriptors 3 and 4.
        var process = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            [
                "-c", "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null", program!, "--headless", "--hide-scrollbars", "--no-sandbox", "--disable-gpu",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--disable-breakpad", "--remote-debugging-pipe", $"--user-data-dir={profile.Path}",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var browser = new Browser(profile, process);
        await browser.ConnectAsync();
        return browser;
    }

    /// <summary>Opens a file in a window of this size, in light or in dark.</summary>
    public async Task OpenAsync(string path, int width, int height, bool dark = false)
    {
        await SendAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = false });
        await SendAsync("Emulation.setEmulatedMedia", new { features = new[] { new { name = "prefers-color-scheme", value = dark ? "dark" : "light" } } });
        await SendAsync("Page.navigate", new { url = new Uri(path).AbsoluteUri });
        await EvaluateAsync("new Promise(done => { const look = () => document.readyState === 'complete' ? setTimeout(done, 0) : addEventListener('load', look, { once: true }); look(); })");
    }

    /// <summary>The value of a script's last expression.</summary>
    public async Task<JsonElement> EvaluateAsync(string script)
    {
        var answer = await SendAsync("Runtime.evaluate", new { expression = script, returnByValue = true, awaitPromise = true });
        Assert.False(answer.TryGetProperty("exceptionDetails", out _), answer.ToString());
        return answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>The whole page as a PNG.</summary>
    public async Task<byte[]> PictureAsync() => (await SendAsync(
        "Page.captureScreenshot", new { format = "png", captureBeyondViewport = true })).GetProperty("data").GetBytesFromBase64();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task ConnectAsync()
    {
        var target = await SendAsync("Target.createTarget", new { url = "about:blank" });
        var attached = await SendAsync(
            "Target.attachToTarget", new { targetId = target.GetProperty("targetId").GetString(), flatten = true });
        _session = attached.GetProperty("sessionId").GetString();
        foreach (var domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            await SendAsync($"{domain}.enable", new { });
        }
    }

    private async Task<JsonElement> SendAsync(string method, object parameters)
    {
        var id = ++_lastId;
        var message = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = JsonSerializer.SerializeToNode(parameters),
        };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(LongestAnswer);
        await _process.StandardInput.BaseStream.WriteAsync(new byte[][] { JsonSerializer.SerializeToUtf8Bytes(message), [0] }.SelectMany(x => x).ToArray(), limit.Token);
        await _process.StandardInput.BaseStream.FlushAsync(limit.Token);
        while (true)
        {
            var answer = await ReceiveAsync(limit.Token);
            if (answer.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                Assert.False(answer.TryGetProperty("error", out var error), error.ToString());
                return answer.GetProperty("result");
            }

            Note(answer);
        }
    }

    private async Task<JsonElement> ReceiveAsync(CancellationToken limit)
    {
        // A message ends with a zero byte.
        var message = new MemoryStream();
        var next = new byte[1];
        while (await _answers.ReadAsync(next, limit) == 1 && next[0] != 0)
        {
            message.WriteByte(next[0]);
        }

        Assert.True(message.Length > 0, "The browser has gone away.");
        return JsonDocument.Parse(message.ToArray()).RootElement;
    }

    private void Note(JsonElement happened)
    {
        var parameters = happened.GetProperty("params");
        switch (happened.GetProperty("method").GetString())
        {
            case "Runtime.exceptionThrown" or "Log.entryAdded" or "Network.loadingFailed":
            case "Runtime.consoleAPICalled" when parameters.GetProperty("type").GetString() is "error" or "warning":
                Complaints.Add(parameters.ToString());
                break;
            case "Network.requestWillBeSent":
                Requests.Add(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
        }
    }
}
