using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OnlineCF.Cli.Tests.Fakes;

/// <summary>
/// One page in a real headless Chromium, driven by the DevTools protocol; a test that needs it is skipped where
/// there is none.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly TemporaryFolder _profile;
    private readonly Process _process;
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[16 << 20];
    private string? _session;
    private int _lastId;

    private Browser(TemporaryFolder profile, Process process) => (_profile, _process) = (profile, process);

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
        var process = Process.Start(new ProcessStartInfo(
            program!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
                $"--user-data-dir={profile.Path}", "about:blank",
            ])
        {
            RedirectStandardError = true,
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
        await EvaluateAsync("new Promise(done => { const look = () => document.readyState === 'complete' ? requestAnimationFrame(() => requestAnimationFrame(done)) : addEventListener('load', look, { once: true }); look(); })");
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
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _profile.Dispose();
    }

    private async Task ConnectAsync()
    {
        const string Announcement = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(Cancellation);
        }
        while (line?.StartsWith(Announcement, StringComparison.Ordinal) == false);
        _process.BeginErrorReadLine();
        await _socket.ConnectAsync(new Uri(line![Announcement.Length..]), Cancellation);
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

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, Cancellation);
        while (true)
        {
            var answer = await ReceiveAsync();
            if (answer.TryGetProperty("id", out var answered) && answered.GetInt32() == id)
            {
                Assert.False(answer.TryGetProperty("error", out var error), error.ToString());
                return answer.GetProperty("result");
            }

            Note(answer);
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        var length = 0;
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(_buffer.AsMemory(length), Cancellation);
            length += received.Count;
        }
        while (!received.EndOfMessage);
        return JsonDocument.Parse(_buffer.AsMemory(0, length).ToArray()).RootElement;
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
