using System.Net;
using System.Text;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Web;

/// <summary>What a page of somebody else, open in a browser on this machine, can do to the server: nothing.</summary>
public sealed class OtherSitesTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/v1/training:start", "Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/v1/training:start", "Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/v1/models/1:rollback", "Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("DELETE", "/v1/users/77", "Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/v1/models/1:rollback", "Sec-Fetch-Site", "same-origin", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/models/1:rollback", "Sec-Fetch-Site", "none", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/movies:popular", "Sec-Fetch-Site", "cross-site", HttpStatusCode.OK)]
    public async Task It_may_not_change_anything(string method, string path, string header, string value, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add(header, value);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_own_page_may()
    {
        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = 77, MovieId = 1, Value = 4 } }, cancellationToken: Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/users/77");
        request.Headers.Add("Origin", _server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        (await _server.Http.SendAsync(request, Cancellation)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_site_that_the_settings_name_may_what_the_own_page_may_and_no_other()
    {
        await using var server = await TestServer.StartAsync(
            null, "--Server:AllowedOrigins=https://shop.example, http://localhost:3000", "--Training:Automatic=false");
        foreach (var (origin, isAllowed) in ((string, bool)[])[
            ("https://shop.example", true), ("http://localhost:3000", true), ("http://shop.example", false), ("https://evil.example", false)])
        {
            using var asking = new HttpRequestMessage(HttpMethod.Options, "/v1/ratings");
            asking.Headers.Add("Origin", origin);
            asking.Headers.Add("Access-Control-Request-Method", "POST");
            asking.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
            using var leave = await server.Http.SendAsync(asking, Cancellation);
            Assert.Equal(isAllowed ? origin : null, AllowedBy(leave));

            using var rating = new HttpRequestMessage(HttpMethod.Post, "/v1/ratings");
            rating.Headers.Add("Origin", origin);
            rating.Headers.Add("Sec-Fetch-Site", "cross-site");
            rating.Content = new StringContent("""{"userId":"1","movieId":"2","value":4}""", Encoding.UTF8, "application/json");
            using var answer = await server.Http.SendAsync(rating, Cancellation);
            Assert.Equal(isAllowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal(isAllowed ? origin : null, AllowedBy(answer));
        }

        using var other = await _server.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/v1/movies:popular") { Headers = { { "Origin", "https://shop.example" } } }, Cancellation);
        Assert.Null(AllowedBy(other));
    }

    private static string? AllowedBy(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var origins) ? Assert.Single(origins) : null;

    [Theory]
    [InlineData("evil.example", HttpStatusCode.BadRequest)]
    [InlineData("localhost:5080", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    public async Task A_name_that_was_made_to_lead_here_is_not_answered(string host, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/movies:popular");
        request.Headers.Host = host;
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/docs/index.html")]
    [InlineData("/v1/movies:popular")]
    public async Task Nothing_is_shown_within_another_page_nor_taken_for_a_script(string path)
    {
        using var answer = await _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task The_page_runs_its_own_scripts_alone()
    {
        using var answer = await _server.Http.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }
}
