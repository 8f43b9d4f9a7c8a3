using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OnlineCF.Server.Tests;

namespace OnlineCF.Web.Tests;

/// <summary>The page of a server that wants a key from everybody.</summary>
public sealed class KeyTests(Chromium chromium) : IAsyncLifetime
{
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(null, "--Access:Keys=on", "--Training:Automatic=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_key_is_asked_for_sent_with_every_call_and_gone_with_the_tab()
    {
        await using var window = await chromium.OpenAsync(_server.Http.BaseAddress!);
        var page = window.Page;
        await Assertions.Expect(page.Locator("#key")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#key-note")).ToContainTextAsync("wants a key");
        Assert.Empty(await window.BarriersAsync());

        await page.FillAsync("#key-text", "wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#key-note")).ToContainTextAsync("not good");
        await page.FillAsync("#key-text", await KeyAsync("READER"));
        await page.Keyboard.PressAsync("Enter");

        // The list comes by a stream, which sends the key too.
        await Assertions.Expect(page.Locator("#recommendations-note")).ToContainTextAsync("Nothing to recommend yet");
        await Assertions.Expect(page.Locator("#status-silos")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator("#key")).ToBeHiddenAsync();

        // What a reader may not do is told in a line.
        await page.ClickAsync("#to-training");
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("No round runs");
        await page.ClickAsync("#start");
        await Assertions.Expect(page.Locator("#problems")).ToHaveTextAsync(new Regex("This wants the role admin; yours is reader"));
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("No round runs");

        var other = await page.Context.NewPageAsync();
        await other.GotoAsync(_server.Http.BaseAddress!.AbsoluteUri);
        await Assertions.Expect(other.Locator("#key")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_gives_no_key_is_not_asked_again_and_again_but_may_think_again()
    {
        await using var window = await chromium.OpenAsync(_server.Http.BaseAddress!);
        await Assertions.Expect(window.Page.Locator("#key")).ToBeVisibleAsync();
        await window.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(window.Page.Locator("#locked")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#problems > *")).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("#key")).ToBeHiddenAsync();
        Assert.Empty(await window.FlawsAsync());
        await window.Page.ClickAsync("#enter-key");
        await Assertions.Expect(window.Page.Locator("#key")).ToBeVisibleAsync();
    }

    private async Task<string> KeyAsync(string role)
    {
        var admin = (await File.ReadAllTextAsync(Path.Combine(_server.Folder, "admin.key"), Cancellation)).Trim();
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/keys") { Content = JsonContent.Create(new { role }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        return JsonNode.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancellation))!["secret"]!.GetValue<string>();
    }
}
