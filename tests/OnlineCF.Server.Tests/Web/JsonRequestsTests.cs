using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace OnlineCF.Server.Tests.Web;

/// <summary>What a person with curl meets.</summary>
public sealed class JsonRequestsTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/v1/movies/abc", "movie_id must be a whole number, was 'abc'")]
    [InlineData("GET", "/v1/users/1.5/ratings", "user_id must be a whole number, was '1.5'")]
    [InlineData("DELETE", "/v1/users/99999999999999999999", "user_id must be a whole number, was '99999999999999999999'")]
    [InlineData("POST", "/v1/models/latest:rollback", "version must be a whole number, was 'latest'")]
    [InlineData("GET", "/v1/users/1/recommendations?count=many", "count must be a whole number, was 'many'")]
    [InlineData("GET", "/v1/users/1/recommendations?filter.year_from=MCM", "filter.year_from must be a whole number, was 'MCM'")]
    [InlineData("GET", "/v1/users/1/recommendations?includeRated=yes", "includeRated must be true or false, was 'yes'")]
    [InlineData("GET", "/v1/users/1/predictions?movie_ids=1&movie_ids=two", "movie_ids must be a whole number, was 'two'")]
    [InlineData("GET", "/v1/users/1/ratings?page_size=", "page_size must be a whole number, was ''")]
    public async Task What_is_no_number_is_named(string method, string path, string message)
    {
        var (status, said) = await AskAsync(method, path);
        Assert.Equal((HttpStatusCode.BadRequest, message), (status, said));
    }

    [Theory]
    [InlineData("GET", "/v1/ratings")]
    [InlineData("PUT", "/v1/movies:popular")]
    [InlineData("GET", "/v1/nothing/here")]
    public async Task What_does_not_exist_says_where_to_look(string method, string path)
    {
        var (status, said) = await AskAsync(method, path);
        Assert.Equal((HttpStatusCode.NotFound, $"There is no {method} {path}; /docs lists what there is."), (status, said));
    }

    [Theory]
    [InlineData("/v1/models/7:rollback", "There is no model version 7.")]
    [InlineData("/v1/training:start", "Nothing has been rated yet, so there is nothing to train on.")]
    [InlineData("/v1/ratings", "rating.user_id must be greater than 0, was 0")]
    public async Task A_post_without_a_body_is_an_empty_message(string path, string message) =>
        Assert.Equal(message, (await AskAsync("POST", path)).Message);

    [Fact]
    public async Task A_body_of_another_type_says_what_to_send()
    {
        using var form = new FormUrlEncodedContent([new("userId", "1")]);
        using var answer = await _server.Http.PostAsync(new Uri("/v1/ratings", UriKind.Relative), form, Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("Content-Type: application/json", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_paths_say_where_to_look_too()
    {
        using var answer = await _server.Http.GetAsync(new Uri("/nope", UriKind.Relative), Cancellation);
        Assert.Equal(
            (HttpStatusCode.NotFound, "There is no GET /nope; /docs lists what there is.\n"),
            (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
    }

    [Theory]
    [InlineData("/v1/users/1/recommendations?count=3&explain=true&filter.genres_any=Drama&filter.yearFrom=1990&unheard_of=1")]
    [InlineData("/v1/users/1/predictions?movieIds=1&movieIds=2")]
    [InlineData("/v1/movies:search?query=12&count=2")]
    public async Task What_is_right_passes(string path) =>
        (await _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();

    private async Task<(HttpStatusCode Status, string? Message)> AskAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return (answer.StatusCode, body.GetProperty("message").GetString());
    }
}
