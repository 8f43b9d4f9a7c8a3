using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OnlineCF.Server.Tests;

namespace OnlineCF.Web.Tests;

/// <summary>The training view of the page, in a real browser.</summary>
public sealed class TrainingPageTests(Chromium chromium, LiveServer live) : IClassFixture<LiveServer>
{
    private static readonly LocatorAssertionsToHaveTextOptions RoundTime = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_round_is_started_followed_by_epoch_and_its_model_rolled_back()
    {
        await using var window = await OpenAsync();
        var page = window.Page;
        await Assertions.Expect(page.Locator("#models .badge")).ToHaveTextAsync(["serving"]);
        var newest = page.Locator("#rounds tbody tr").First.Locator("td").First;
        var round = int.Parse(await newest.InnerTextAsync(), CultureInfo.InvariantCulture) + 1;

        await page.ClickAsync("#start-full");
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("epoch");
        await Assertions.Expect(page.Locator("#cancel")).ToBeEnabledAsync();
        await Assertions.Expect(page.Locator("#loss-title")).ToHaveTextAsync($"Loss by epoch, round {round}", RoundTime);
        await Assertions.Expect(page.Locator("#loss-chart")).ToHaveAttributeAsync(
            "aria-label", new Regex(@"^Epoch \d+: validation loss \d\.\d{4}, train loss \d\.\d{4}\.$"));

        await Assertions.Expect(newest).ToHaveTextAsync($"{round}", RoundTime);
        await Assertions.Expect(page.Locator("#rounds .badge").First).ToHaveTextAsync(new Regex("promoted|rejected"));
        await Assertions.Expect(page.Locator("#rmse-chart")).ToHaveAttributeAsync("aria-label", new Regex($@"^Round {round}: candidate 0\.\d{{4}}, served 0\.\d{{4}}"));
        await Assertions.Expect(page.Locator("#running")).ToContainTextAsync("No round runs");
        await Assertions.Expect(page.Locator("#start")).ToBeEnabledAsync();

        // A candidate on the same ratings need not have won; then there is nothing to roll back to.
        if (await page.Locator("#models tbody tr").CountAsync() > 1)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to model 1" }).ClickAsync();
            await Assertions.Expect(page.Locator("#rollback-changes")).ToContainTextAsync("serves instead of model");
            await Assertions.Expect(page.Locator("#rollback-changes")).ToContainTextAsync("RMSE 0.");
            await page.Locator("#rollback").GetByText("Leave it").ClickAsync();
            await Assertions.Expect(page.Locator("#rollback")).ToBeHiddenAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Roll back to model 1" }).ClickAsync();
            await page.Locator("#rollback button[value='roll back']").ClickAsync();
            await Assertions.Expect(page.Locator("#rounds .badge").First).ToHaveTextAsync("rolled back");
            await Assertions.Expect(page.Locator("#models tr").Filter(new() { Has = page.GetByText("serving") }).Locator("td").First).ToHaveTextAsync("1");
            await Assertions.Expect(page.Locator("#status-model")).ToHaveTextAsync("1");
        }

        Assert.Empty(await window.FlawsAsync());
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_round_is_cancelled_and_a_refusal_is_told_in_the_servers_words()
    {
        await using var window = await OpenAsync();
        await window.Page.ClickAsync("#start-full");

        // As soon as it may be clicked: a round takes seconds, and so may a page on a busy machine.
        await window.Page.ClickAsync("#cancel");
        await Assertions.Expect(window.Page.Locator("#rounds .badge").First).ToHaveTextAsync("cancelled", RoundTime);

        await window.Page.EvaluateAsync("document.getElementById('cancel').disabled = false");
        await window.Page.ClickAsync("#cancel");
        await Assertions.Expect(window.Page.Locator("#problems")).ToContainTextAsync("No round is running.");
    }

    [Fact]
    public async Task The_strip_tells_the_model_its_age_and_the_silos()
    {
        await using var window = await OpenAsync();
        await Assertions.Expect(window.Page.Locator("#status-model")).ToHaveTextAsync(new Regex(@"^\d+$"));
        await Assertions.Expect(window.Page.Locator("#status-age")).ToHaveTextAsync(new Regex(@"^\d+ (s|min) ago$"));
        await Assertions.Expect(window.Page.Locator("#status-silos")).ToHaveTextAsync("1");
        await Assertions.Expect(window.Page.Locator("#status-rate")).ToHaveTextAsync("0");
    }

    [Fact]
    public async Task A_server_on_which_nothing_was_rated_says_what_to_do()
    {
        await using var empty = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await using var window = await chromium.OpenAsync(empty.Http.BaseAddress!);
        await Assertions.Expect(window.Page.Locator("#recommendations-note")).ToContainTextAsync("onlinecf import");
        await Assertions.Expect(window.Page.Locator("#search-note")).ToHaveTextAsync("No movies yet.");

        await window.Page.ClickAsync("#to-training");
        await Assertions.Expect(window.Page.GetByText("No round has ended yet.")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.GetByText("No model has been promoted yet.")).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#rmse-chart canvas")).ToBeHiddenAsync();
        await window.Page.ClickAsync("#start");
        await Assertions.Expect(window.Page.Locator("#problems")).ToContainTextAsync("Nothing has been rated yet");
        await window.KeepPictureAsync("empty");
        Assert.Empty(await window.FlawsAsync());
    }

    [Fact]
    public async Task Ten_rounds_are_shown_and_more_where_somebody_asks()
    {
        await using var window = await OpenAsync();
        await window.Page.RouteAsync("**/v1/training/rounds?*", async route =>
        {
            var answer = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            var round = answer["rounds"]![0]!;
            for (var id = 101; id <= 112; id++)
            {
                var copy = round.DeepClone();
                copy["roundId"] = $"{id}";
                answer["rounds"]!.AsArray().Add(copy);
            }

            await route.FulfillAsync(new() { ContentType = "application/json", Body = answer.ToJsonString() });
        });
        await window.Page.ReloadAsync();
        var rows = window.Page.Locator("#rounds tbody tr");

        await Assertions.Expect(rows).ToHaveCountAsync(10);
        await Assertions.Expect(rows.First.Locator("td").First).ToHaveTextAsync("112");
        await window.Page.ClickAsync("#more-rounds");
        await Assertions.Expect(rows.Nth(12)).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#more-rounds")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Rounds_are_chosen_compared_smoothed_and_pointed_at_in_all_charts_at_once()
    {
        await using var window = await OpenAsync();
        var page = window.Page;
        await page.RouteAsync("**/v1/training/rounds?*", async route =>
        {
            var answer = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            var copy = answer["rounds"]!.AsArray().Last()!.DeepClone();
            (copy["roundId"], copy["outcome"]) = ("101", "REJECTED");
            answer["rounds"]!.AsArray().Add(copy);
            await route.FulfillAsync(new() { ContentType = "application/json", Body = answer.ToJsonString() });
        });
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#runs-rmse .u-legend")).ToContainTextAsync("round 101");
        await Assertions.Expect(page.Locator("#gains .gain").First).ToContainTextAsync("better than biases alone");
        var said = await page.Locator("#runs-rmse").GetAttributeAsync("aria-label");

        await page.Locator("#smoothing").FillAsync("0.9");
        await Assertions.Expect(page.Locator("#smoothing-value")).ToHaveTextAsync("0.90");
        await Assertions.Expect(page.Locator("#runs-rmse")).Not.ToHaveAttributeAsync("aria-label", said!);
        await page.Locator("#smoothing").FillAsync("0");
        await Assertions.Expect(page.Locator("#runs-rmse")).ToHaveAttributeAsync("aria-label", said!);

        await page.Locator("#runs-rmse .u-over").HoverAsync();
        await Assertions.Expect(page.Locator("#runs-rmse .tip")).ToContainTextAsync(new Regex(@"^epoch \d+round \d+ 0\.\d{4}"));
        await Assertions.Expect(page.Locator("#runs-loss .tip")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#runs-ndcg .tip")).ToContainTextAsync("round 101 0.");
        await window.KeepPictureAsync("rounds-compared");
        Assert.Empty(await window.FlawsAsync());

        await page.Locator("#runs input[value='101']").UncheckAsync();
        await Assertions.Expect(page.Locator("#runs-rmse .u-legend")).Not.ToContainTextAsync("round 101");
        Assert.Empty(await window.BarriersAsync());
        Assert.Empty(window.Complaints);
    }

    private async Task<Window> OpenAsync()
    {
        var window = await chromium.OpenAsync(new Uri(live.Address, "#/training"));
        await Assertions.Expect(window.Page.Locator("#rounds tbody tr").First).ToBeVisibleAsync();
        return window;
    }
}
