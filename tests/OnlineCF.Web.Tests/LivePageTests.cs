using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Web.Tests;

/// <summary>What a person does on the page at <c>/</c>, in a real browser.</summary>
public sealed class LivePageTests(Chromium chromium, LiveServer live) : IClassFixture<LiveServer>
{
    private static long _lastUser = 5_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_visitor_searches_rates_and_sees_the_list_move_with_reasons()
    {
        await using var window = await chromium.OpenAsync(live.Address);
        var page = window.Page;
        await Assertions.Expect(page.Locator("#recommendations-note")).ToContainTextAsync("Popular movies");
        var popular = await page.Locator("#recommendations .name").AllTextContentsAsync();
        Assert.Equal(20, popular.Count);

        // The fourth, so that the list must move in front of it as well.
        await page.FillAsync("#query", popular[3]);
        var found = page.Locator("#found li").Filter(new() { Has = page.GetByText(popular[3], new() { Exact = true }) }).First;
        await found.RateAsync(4.5);

        await Assertions.Expect(page.Locator("#recommendations-note")).ToContainTextAsync("Personal, by model");
        await Assertions.Expect(page.Locator("#recommendations-note")).ToContainTextAsync("ms after your rating");
        await Assertions.Expect(page.Locator("#recommendations .detail").First).ToContainTextAsync($"Because you rated {popular[3]}.");
        await Assertions.Expect(page.Locator("#recommendations .mark.up").First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#recommendations .name").Filter(new() { HasTextRegex = Exactly(popular[3]) })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#ratings .name")).ToHaveTextAsync([popular[3]]);
        await Assertions.Expect(page.Locator("#ratings .figure")).ToHaveTextAsync(["4.5"]);
        await Assertions.Expect(found.Locator(".figure")).ToHaveTextAsync("4.5");
        await window.KeepPictureAsync("rated");

        await page.Locator("#ratings").GetByText("Remove").ClickAsync();
        await Assertions.Expect(page.Locator("#ratings li")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#recommendations-note")).ToContainTextAsync("Popular movies");
        await Assertions.Expect(found.Locator(".figure")).ToHaveTextAsync("");

        Assert.Empty(window.Complaints);
        Assert.All(window.Requests, address => Assert.StartsWith(live.Address.AbsoluteUri, address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stars_are_set_by_keys_as_a_slider_and_the_focus_stays()
    {
        var user = NewUser();
        await using var window = await OpenUserAsync(user);
        var slider = window.Page.Locator("#found [role=slider]").First;
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "not rated");

        await slider.FocusAsync();
        await window.Page.Keyboard.PressAsync("4");
        await window.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(slider).ToHaveAttributeAsync("aria-valuetext", "3.5 of 5 stars");
        await window.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(window.Page.Locator("#ratings .figure")).ToHaveTextAsync(["3.5"]);
        await Assertions.Expect(slider).ToBeFocusedAsync();
        var rating = Assert.Single((await live.Server.Ratings.ListRatingsAsync(new() { UserId = user }, cancellationToken: Cancellation)).Ratings);
        Assert.Equal(3.5f, rating.Value);

        // Without Enter the rating is sent when the keys rest.
        await window.Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(window.Page.Locator("#ratings li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_rating_that_somebody_else_sends_moves_the_list_too()
    {
        var user = NewUser();
        await using var window = await OpenUserAsync(user);
        var first = window.Page.Locator("#recommendations li").First;
        var movieId = await first.GetAttributeAsync("data-movie");

        await live.Server.Ratings.RateAsync(
            new() { Rating = new() { UserId = user, MovieId = long.Parse(movieId!, CultureInfo.InvariantCulture), Value = 5 } }, cancellationToken: Cancellation);

        await Assertions.Expect(window.Page.Locator("#recommendations-note")).ToHaveTextAsync(new Regex(@"^Personal, by model \d+\.$"));
        await Assertions.Expect(window.Page.Locator($"#ratings li[data-movie='{movieId}'] .figure")).ToHaveTextAsync("5");
    }

    [Fact]
    public async Task A_movie_of_no_interest_leaves_the_list_and_comes_back_when_that_is_undone()
    {
        var user = NewUser();
        await using var window = await OpenUserAsync(user);
        var first = window.Page.Locator("#recommendations li").First;
        var movieId = (await first.GetAttributeAsync("data-movie"))!;
        var own = window.Page.Locator($"#recommendations li[data-movie='{movieId}']");

        await first.GetByText("Not interested").ClickAsync();

        await Assertions.Expect(own).ToHaveCountAsync(0);
        await Assertions.Expect(window.Page.Locator("#dismissed")).ToContainTextAsync("is kept out of the list.");
        await Assertions.Expect(window.Page.Locator("#recommendations li")).ToHaveCountAsync(20);
        var export = await live.Server.Ratings.ExportUserAsync(new() { UserId = user }, cancellationToken: Cancellation);
        Assert.Equal([long.Parse(movieId, CultureInfo.InvariantCulture)], export.DismissedMovieIds);
        Assert.Empty(await window.BarriersAsync());

        await window.Page.Locator("#undo-dismissal").ClickAsync();
        await Assertions.Expect(own).ToHaveCountAsync(1);
        await Assertions.Expect(window.Page.Locator("#dismissed")).ToBeHiddenAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Similar_movies_open_on_top_and_close_by_escape()
    {
        await using var window = await OpenUserAsync(NewUser());
        await window.Page.Locator("#recommendations li").First.GetByText("Similar").ClickAsync();

        await Assertions.Expect(window.Page.Locator("#similar li")).ToHaveCountAsync(12);
        await Assertions.Expect(window.Page.Locator("#similar .detail").First).ToContainTextAsync("Similarity 0.");
        await window.KeepPictureAsync("similar", whole: false);
        Assert.Empty(await window.BarriersAsync());
        await window.Page.Locator("#similar li").First.RateAsync(2);
        await Assertions.Expect(window.Page.Locator("#ratings .figure")).ToHaveTextAsync(["2"]);

        // And back to what it was: the stars here know what has been rated meanwhile.
        await window.Page.Locator("#similar li").First.RateAsync(5);
        await Assertions.Expect(window.Page.Locator("#ratings .figure")).ToHaveTextAsync(["5"]);
        await window.Page.Locator("#similar li").First.RateAsync(2);
        await Assertions.Expect(window.Page.Locator("#ratings .figure")).ToHaveTextAsync(["2"]);

        await window.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(window.Page.Locator("#similar")).ToBeHiddenAsync();
        Assert.Empty(window.Complaints);
    }

    [Fact]
    public async Task Markup_in_a_title_is_shown_as_text()
    {
        const string Title = "<img src=x onerror=\"document.title='hacked'\"> & <b>co</b>";
        const long MovieId = 77_000_001;
        using var upsert = live.Server.Catalog.UpsertMovies(cancellationToken: Cancellation);
        await upsert.RequestStream.WriteAsync(new() { Movies = { new Movie { MovieId = MovieId, Title = Title, Genres = { "<i>genre</i>" } } } }, Cancellation);
        await upsert.RequestStream.CompleteAsync();
        await upsert;

        await using var window = await OpenUserAsync(NewUser());
        await window.Page.FillAsync("#query", "<img src=x");
        await Assertions.Expect(window.Page.Locator("#found .name")).ToHaveTextAsync([Title]);
        await Assertions.Expect(window.Page.Locator("#found .genres")).ToHaveTextAsync(["<i>genre</i>"]);
        await window.Page.Locator("#found li").RateAsync(5);

        await Assertions.Expect(window.Page.Locator("#ratings .name")).ToHaveTextAsync([Title]);
        Assert.Equal("OnlineCF", await window.Page.TitleAsync());
        Assert.Equal(0, await window.Page.Locator("main img").CountAsync());
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_told_of_once_and_takes_ratings_and_searches_when_it_is_back()
    {
        var user = NewUser();
        await using var window = await OpenUserAsync(user);
        var page = window.Page;
        await page.RouteAsync("**/v1/**", route => route.AbortAsync());
        await page.Locator("#found li").First.RateAsync(5);

        await Assertions.Expect(page.Locator("#unreachable")).ToContainTextAsync("1 rating will be sent then.");
        await Assertions.Expect(page.Locator("#problems > *")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#found .figure").First).ToHaveTextAsync("5");
        await page.FillAsync("#query", "the");
        await Assertions.Expect(page.Locator("#search-note")).ToHaveTextAsync("The search goes on when the server is back.");
        await Assertions.Expect(page.Locator("#found")).ToHaveJSPropertyAsync("inert", true);
        Assert.Empty(await window.FlawsAsync());

        await page.UnrouteAsync("**/v1/**");
        await Assertions.Expect(page.Locator("#unreachable")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("#ratings .figure")).ToHaveTextAsync(["5"]);
        await Assertions.Expect(page.Locator("#search-note")).ToHaveTextAsync(new Regex(@"^\d+ movies?$"));
        await Assertions.Expect(page.Locator("#found")).ToHaveJSPropertyAsync("inert", false);
        var rating = Assert.Single((await live.Server.Ratings.ListRatingsAsync(new() { UserId = user }, cancellationToken: Cancellation)).Ratings);
        Assert.Equal(5f, rating.Value);
    }

    [Fact]
    public async Task A_user_is_picked_by_number_and_stays_picked()
    {
        await using var window = await chromium.OpenAsync(live.Address);
        await window.Page.FillAsync("#user-id", "1");
        await window.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(window.Page.Locator("#ratings-title")).ToHaveTextAsync("Ratings of user 1");
        await Assertions.Expect(window.Page.Locator("#shelves .tile").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#ratings li")).ToHaveCountAsync(50);
        await Assertions.Expect(window.Page.Locator("#ratings-note")).ToContainTextAsync("The newest 50 of ");

        // One page brings the ratings and their titles; another request says which of the popular movies are rated.
        Assert.DoesNotContain(window.Requests, address => Regex.IsMatch(address, @"v1/movies/\d+$"));
        Assert.InRange(window.Requests.Count(address => address.Contains("/users/1/ratings?", StringComparison.Ordinal)), 2, 4);
        await window.Page.ClickAsync("#more-ratings");
        await Assertions.Expect(window.Page.Locator("#ratings li").Nth(50)).ToBeVisibleAsync();
        await window.Page.GotoAsync("about:blank");
        await window.Page.GotoAsync(live.Address.AbsoluteUri);
        await Assertions.Expect(window.Page.Locator("#user-id")).ToHaveValueAsync("1");

        await window.Page.ClickAsync("#new-user");
        await Assertions.Expect(window.Page.Locator("#ratings-note")).ToHaveTextAsync("None yet.");
        await Assertions.Expect(window.Page.Locator("#user-id")).Not.ToHaveValueAsync("1");
    }

    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    public async Task Nothing_is_cut_and_nothing_overlaps(int width, bool dark)
    {
        var name = $"{width}-{(dark ? "dark" : "light")}";
        await using var window = await chromium.OpenAsync(new Uri(live.Address, $"#/user/{NewUser()}"), width, dark);
        await window.Page.Locator("#found li").First.RateAsync(4);
        await Assertions.Expect(window.Page.Locator("#recommendations-note")).ToContainTextAsync("Personal");
        await Assertions.Expect(window.Page.Locator("#ratings li")).ToHaveCountAsync(1);
        Assert.Empty(await window.FlawsAsync());
        Assert.Empty(await window.BarriersAsync(width, dark));
        await window.KeepPictureAsync($"user-{name}");

        await window.Page.ClickAsync("#to-training");
        await Assertions.Expect(window.Page.Locator("#rounds tbody tr").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#loss-chart .u-legend")).ToContainTextAsync("0.");
        Assert.Empty(await window.FlawsAsync());
        Assert.Empty(await window.BarriersAsync(width, dark));
        await window.KeepPictureAsync($"training-{name}");
        Assert.Empty(window.Complaints);
    }

    private static long NewUser() => Interlocked.Increment(ref _lastUser);

    private static Regex Exactly(string text) => new($"^{Regex.Escape(text)}$");

    private async Task<Window> OpenUserAsync(long user)
    {
        var window = await chromium.OpenAsync(new Uri(live.Address, $"#/user/{user}"));
        await Assertions.Expect(window.Page.Locator("#recommendations li").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#found li").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#shelves .tile").First).ToBeVisibleAsync();
        await Assertions.Expect(window.Page.Locator("#ratings-note")).Not.ToHaveTextAsync("One moment…");
        return window;
    }
}
