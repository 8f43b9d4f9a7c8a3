using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Streams to clients that speak HTTP alone.</summary>
public sealed class WatchTests
{
    private const string Watch = "v1/users/7/recommendations:watch?count=3&explain=true";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_comes_as_server_sent_events_and_again_when_the_user_has_rated()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await server.TeachAsync(Cancellation);
        using var response = await AskAsync(server, Watch, "text/event-stream");

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        Assert.True(response.Headers.CacheControl?.NoStore);
        await using var lists = SseParser.Create(await response.Content.ReadAsStreamAsync(Cancellation), Parse)
            .EnumerateAsync(Cancellation).GetAsyncEnumerator(Cancellation);
        var first = await NextAsync(lists);
        Assert.Equal(3, first.GetArrayLength());
        var best = long.Parse(first[0].GetProperty("movie").GetProperty("movieId").GetString()!);

        await server.Ratings.RateAsync(new() { Rating = new() { UserId = 7, MovieId = best, Value = 5 } }, cancellationToken: Cancellation);
        var second = await NextAsync(lists);
        Assert.DoesNotContain($"{best}", second.EnumerateArray().Select(x => x.GetProperty("movie").GetProperty("movieId").GetString()));
    }

    [Fact]
    public async Task A_list_comes_as_a_line_of_json_to_who_asks_for_nothing_else()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        using var response = await AskAsync(server, Watch, "*/*");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(0, JsonElement.Parse(await reader.ReadLineAsync(Cancellation) ?? "").GetProperty("movies").GetArrayLength());
    }

    [Fact]
    public async Task A_refusal_is_no_event_but_a_status()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        using var response = await AskAsync(server, "v1/users/0/recommendations:watch", "text/event-stream");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var refusal = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        Assert.Contains("user_id", refusal.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_epochs_of_a_round_come_as_events_and_the_stream_ends_with_it()
    {
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false", "--Training:Epochs=3");
        await server.StreamAsync(SyntheticWorld.Ratings(), Cancellation);
        using var response = await AskAsync(server, "v1/training:watch?one_round=true", "text/event-stream");
        await server.Training.StartTrainingAsync(new(), cancellationToken: Cancellation);

        var events = new List<JsonElement>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(Cancellation), Parse).EnumerateAsync(Cancellation))
        {
            events.Add(item.Data);
        }

        Assert.Equal([1, 2, 3], events.Select(x => x.GetProperty("epoch").GetInt32()).Where(epoch => epoch > 0).Distinct());
        Assert.Equal("PROMOTED", events[^1].GetProperty("finished").GetProperty("outcome").GetString());
    }

    private static JsonElement Parse(string type, ReadOnlySpan<byte> data) => JsonElement.Parse(data);

    private static async Task<JsonElement> NextAsync(IAsyncEnumerator<SseItem<JsonElement>> lists)
    {
        Assert.True(await lists.MoveNextAsync());
        return lists.Current.Data.GetProperty("movies");
    }

    private static async Task<HttpResponseMessage> AskAsync(TestServer server, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }
}
