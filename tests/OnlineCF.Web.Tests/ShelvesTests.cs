using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace OnlineCF.Web.Tests;

/// <summary>Shelves, the first visit and what a tap does, in a real browser.</summary>
public sealed class ShelvesTests(Chromium chromium, LiveServer live) : IClassFixture<LiveServer>
{
    private static long _lastUser = 6_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_movie_rated_on_a_shelf_makes_a_shelf_of_its_like_and_stays_under_the_pointer_until_that_leaves()
    {
        await using var window = await OpenAsync(NewUser());
        var page = window.Page;
        var tile = page.Locator("#shelves .tile").First;
        var movieId = await tile.GetAttributeAsync("data-movie");
        var title = await tile.Locator(".name").InnerTextAsync();

        await tile.RateAsync(5);

        await Assertions.Expect(page.Locator("#shelves h3").Filter(new() { HasText = $"Because you liked {title}" })).ToHaveCountAsync(1);
        await Assertions.Expect(tile).ToHaveAttributeAsync("data-movie", movieId!);
        await Assertions.Expect(tile.Locator(".figure")).ToHaveTextAsync("5");
        await page.Mouse.MoveAsync(2, 2);
        await Assertions.Expect(page.Locator($"#shelves .tile[data-movie='{movieId}']")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#shelves .tile .note").Filter(new() { HasTextRegex = new Regex(@"^You: \d\.\d ★$") }).First).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_movie_of_no_interest_leaves_its_shelf_and_comes_back_when_that_is_undone()
    {
        var user = NewUser();
        await using var window = await OpenAsync(user);
        var movieId = await window.Page.Locator("#shelves .tile").First.GetAttributeAsync("data-movie");
        var own = window.Page.Locator($"#shelves .tile[data-movie='{movieId}']");

        await own.First.Locator(".away").ClickAsync();
        await Assertions.Expect(own).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("#dismissed")).ToBeVisibleAsync();
        var export = await live.Server.Ratings.ExportUserAsync(new() { UserId = user }, cancellationToken: Cancellation);
        Assert.Equal([long.Parse(movieId!, CultureInfo.InvariantCulture)], export.DismissedMovieIds);

        await window.Page.Locator("#undo-dismissal").ClickAsync();
        await Assertions.Expect(own.First).ToBeVisibleAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task A_visitor_taps_what_is_known_and_the_taste_moves_with_each_tap()
    {
        await using var window = await OpenAsync(NewUser());
        var page = window.Page;
        var covers = page.Locator("#first .cover");
        await Assertions.Expect(covers).ToHaveCountAsync(18);
        await Assertions.Expect(page.Locator("#taste-note")).ToContainTextAsync("Not known yet");
        Assert.Empty(await window.FlawsAsync());
        Assert.Empty(await window.BarriersAsync());

        await covers.Nth(0).ClickAsync();
        await Assertions.Expect(covers.Nth(0)).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("#taste-genres .share").First).ToHaveTextAsync("100 %");
        await covers.Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator("#taste-note")).ToContainTextAsync("2 movies");
        await Assertions.Expect(page.Locator("#ratings .figure")).ToHaveTextAsync(["4", "4"]);
        await window.KeepPictureAsync("first-visit");

        // A second tap takes it back; the panel stays until the visitor is done.
        await covers.Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator("#ratings .figure")).ToHaveTextAsync(["4"]);
        await page.ClickAsync("#end-first");
        await Assertions.Expect(page.Locator("#first-panel")).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#ratings .figure")).ToHaveTextAsync(["4"]);
        await Assertions.Expect(page.Locator("#first-panel")).ToBeHiddenAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task In_a_narrow_window_the_foot_tells_what_a_tap_did_and_the_figures_are_folded_away()
    {
        await using var window = await OpenAsync(NewUser(), width: 360);
        await Assertions.Expect(window.Page.Locator("#status")).ToBeHiddenAsync();
        await window.Page.Locator("#first .cover").First.ClickAsync();

        await Assertions.Expect(window.Page.Locator("#moved")).ToBeInViewportAsync();
        await Assertions.Expect(window.Page.Locator("#moved-text")).ToHaveTextAsync(new Regex("New: |▲"));
        await window.KeepPictureAsync("tapped-360", whole: false);
        await window.Page.ClickAsync("#to-list");
        await Assertions.Expect(window.Page.Locator("#recommendations-title")).ToBeInViewportAsync();
        await window.Page.ClickAsync("#status-fold summary");
        await Assertions.Expect(window.Page.Locator("#status-model")).ToBeVisibleAsync();
        Assert.Empty(await window.BarriersAsync());
    }

    [Fact]
    public async Task Stars_clicked_again_are_taken_back()
    {
        await using var window = await OpenAsync(NewUser());
        var found = window.Page.Locator("#found li").First;
        await found.RateAsync(3);
        await Assertions.Expect(window.Page.Locator("#ratings .figure")).ToHaveTextAsync(["3"]);
        await found.RateAsync(3);
        await Assertions.Expect(window.Page.Locator("#ratings li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_visitor_is_told_that_ratings_count_and_is_forgotten_after_saying_so()
    {
        var user = 1_000_000_000 + NewUser();
        await using var window = await OpenAsync(user);
        var page = window.Page;
        await Assertions.Expect(page.Locator("#user-note")).ToContainTextAsync("Your ratings count");
        await Assertions.Expect(page.Locator("#ratings-title")).ToHaveTextAsync($"Ratings of visitor {user}");
        await page.Locator("#found li").First.RateAsync(4);
        await Assertions.Expect(page.Locator("#ratings li")).ToHaveCountAsync(1);

        await page.ClickAsync("#forget-me");
        Assert.Empty(await window.BarriersAsync());
        await page.GetByText("Keep it all").ClickAsync();
        await Assertions.Expect(page.Locator("#forget")).ToBeHiddenAsync();
        await page.ClickAsync("#forget-me");
        await page.GetByText("Erase for good").ClickAsync();

        await Assertions.Expect(page.Locator("#user-note")).ToHaveTextAsync("Forgotten: 1 rating erased.");
        await Assertions.Expect(page.Locator("#ratings-note")).ToHaveTextAsync("None yet.");
        Assert.Empty((await live.Server.Ratings.ListRatingsAsync(new() { UserId = user }, cancellationToken: Cancellation)).Ratings);
    }

    [Fact]
    public async Task The_list_is_narrowed_by_genre_and_years()
    {
        await using var window = await OpenAsync(NewUser());
        var page = window.Page;
        await page.Locator("#filter-genre").SelectOptionAsync("Comedy");
        await Assertions.Expect(page.Locator("#recommendations .genres").Filter(new() { HasNotText = "Comedy" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#recommendations li").First).ToBeVisibleAsync();

        await page.FillAsync("#filter-to", "1870");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#recommendations-note")).ToHaveTextAsync("Nothing of this kind is left to recommend.");
        await page.GetByText("Clear").ClickAsync();
        await Assertions.Expect(page.Locator("#recommendations li")).ToHaveCountAsync(20);
    }

    private static long NewUser() => Interlocked.Increment(ref _lastUser);

    private async Task<Window> OpenAsync(long user, int width = 1440)
    {
        var window = await chromium.OpenAsync(new Uri(live.Address, $"#/user/{user}"), width);
        await Assertions.Expect(window.Page.Locator("#recommendations li").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#found li").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#shelves .tile").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#first .cover").First).ToBeVisibleAsync();
        return window;
    }
}
