using System.Net;
using System.Net.Http.Json;
using System.Text;
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
    [InlineData("/v1/users/1/recommendations?cuont=3", "cuont is not known; did you mean count?")]
    [InlineData("/v1/users/1/recommendations?filter.genre_any=Drama", "filter.genre_any is not known; did you mean filter.genres_any?")]
    [InlineData("/v1/movies:search?query=a&limit=1", "limit is not known; there are query, count")]
    [InlineData("/v1/users/1/predictions?movie_ids=1,two", "movie_ids must be a whole number, was 'two'")]
    [InlineData("/v1/users/1/recommendations?as_of=now", "as_of must be a time like 2026-01-31T12:00:00Z, was 'now'")]
    [InlineData("/v1/users/1/recommendations?diversity=much", "diversity must be a number, was 'much'")]
    public async Task Parameter_that_is_not_known_or_not_of_its_kind_is_named(string path, string message) =>
        Assert.Equal((HttpStatusCode.BadRequest, message), await AskAsync("GET", path));

    [Theory]
    [InlineData("/v1/ratings", """{"userId":"1","moveId":"5","value":5}""", "moveId is not known; did you mean movieId?")]
    [InlineData("/v1/ratings", """{"userId":"1","movieId":"5","value":"five"}""", "value must be a number, was \"five\"")]
    [InlineData("/v1/ratings", """{"userId":"1","movieId":5.5,"value":5}""", "movieId must be a whole number, was 5.5")]
    [InlineData("/v1/ratings", """{"userId":"1","movieId":"5","value":5,"ratedAt":"now"}""", "ratedAt must be a time like 2026-01-31T12:00:00Z, was \"now\"")]
    [InlineData("/v1/ratings", "[]", "The body must be an object, was []")]
    [InlineData("/v1/ratings:batch", """[{"userId":"1"},{"user":"1"}]""", "ratings[1].user is not known; did you mean userId?")]
    [InlineData("/v1/ratings:batch", "[7]", "ratings[0] must be an object, was 7")]
    [InlineData("/v1/ratings:batch", """{"ratings":{}}""", "ratings must be a list, was {}")]
    [InlineData("/v1/movies:batch", """[{"movieId":"1","title":"A"},{"movieId":"2","year":1990}]""", "movies[1] has other fields than movies[0]: give updateMask, or send them apart.")]
    [InlineData("/v1/movies:batch", """[{"movieId":"1","genres":"Drama"}]""", "movies[0].genres must be a list, was \"Drama\"")]
    [InlineData("/v1/recommendations", """{"userId":"1","filter":{"genres":["Drama"]}}""", "filter.genres is not known; did you mean genresAny?")]
    [InlineData("/v1/recommendations?count=3", """{"userId":"1"}""", "count is not known; nothing is taken here")]
    [InlineData("/v1/ratings:batch", "{", "Request JSON payload is not correctly formatted.")]
    public async Task Field_that_is_not_known_or_not_of_its_kind_is_named(string path, string body, string message)
    {
        var (status, answer) = await PostAsync(path, body);
        Assert.Equal((HttpStatusCode.BadRequest, message), (status, answer.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Numbers_may_be_texts_and_a_batch_may_be_the_list_alone()
    {
        var (status, answer) = await PostAsync(
            "/v1/ratings:batch",
            """[{"userId":"901","movieId":5.0,"value":"4.5","ratedAt":"2020-01-01T00:00:00Z"},{"user_id":901,"movie_id":"6","value":3},{"userId":"901","movieId":"7","value":9}]""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal((2, 0), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("duplicate").GetInt32()));
        var rejected = Assert.Single(answer.GetProperty("rejected").EnumerateArray());
        Assert.Equal((2, "value must be from 0.5 to 5.0, was 9"), (rejected.GetProperty("index").GetInt32(), rejected.GetProperty("reason").GetString()));
        var again = (await PostAsync("/v1/ratings:batch", """{"ratings":[{"userId":"901","movieId":"5","value":4.5,"ratedAt":"2020-01-01T00:00:00Z"}]}""")).Answer;
        Assert.Equal(1, again.GetProperty("duplicate").GetInt32());
        var listed = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/users/901/ratings", Cancellation);
        Assert.Equal(["5", "6"], listed.GetProperty("ratings").EnumerateArray().Select(rating => rating.GetProperty("movieId").GetString()));
    }

    [Fact]
    public async Task Movies_of_a_batch_keep_what_they_do_not_say_of_themselves()
    {
        await PostAsync("/v1/movies:batch", """[{"movieId":"9001","title":"A Story","year":1990,"genres":["Drama"]}]""");
        var (status, answer) = await PostAsync("/v1/movies:batch", """[{"movieId":"9001","hidden":true},{"movieId":"-1","hidden":true}]""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("1", 1), (answer.GetProperty("upserted").GetString(), answer.GetProperty("rejected").GetArrayLength()));
        var movie = (await _server.Http.GetFromJsonAsync<JsonElement>("/v1/movies/9001", Cancellation)).GetProperty("movie");
        Assert.Equal(
            ("A Story", 1990, true), (movie.GetProperty("title").GetString(), movie.GetProperty("year").GetInt32(), movie.GetProperty("hidden").GetBoolean()));
    }

    [Fact]
    public async Task List_asked_for_by_a_body_is_the_one_asked_for_by_a_query()
    {
        await _server.TeachAsync(Cancellation);
        var byQuery = await _server.Http.GetFromJsonAsync<JsonElement>(
            "/v1/users/1/recommendations?count=4&filter.genres_any=Even&as_of=2030-01-01T00:00:00Z", Cancellation);
        var (status, byBody) = await PostAsync(
            "/v1/recommendations", """{"userId":"1","count":"4","filter":{"genresAny":["Even"]},"asOf":"2030-01-01T00:00:00Z"}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(4, byBody.GetProperty("movies").GetArrayLength());
        Assert.Equal(
            byQuery.GetProperty("movies").EnumerateArray().Select(movie => movie.GetProperty("movie").GetRawText()),
            byBody.GetProperty("movies").EnumerateArray().Select(movie => movie.GetProperty("movie").GetRawText()));
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
    [InlineData("/v1/users/1/recommendations?count=3&explain=true&filter.genres_any=Drama&filter.yearFrom=1990")]
    [InlineData("/v1/users/1/recommendations?filter.genres_any=Drama,Comedy&as_of=2026-01-31T12:00:00Z&diversity=0.5")]
    [InlineData("/v1/users/1/predictions?movie_ids=1,2, 3")]
    [InlineData("/v1/users/1/predictions?movieIds=1&movieIds=2")]
    [InlineData("/v1/movies:search?query=12&count=2")]
    public async Task What_is_right_passes(string path) =>
        (await _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();

    private async Task<(HttpStatusCode Status, JsonElement Answer)> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _server.Http.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    private async Task<(HttpStatusCode Status, string? Message)> AskAsync(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        return (answer.StatusCode, body.GetProperty("message").GetString());
    }
}
