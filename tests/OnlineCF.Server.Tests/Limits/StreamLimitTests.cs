using System.Net;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Limits;

/// <summary>Many that only watch, and what goes on beside them.</summary>
public sealed class StreamLimitTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watches_that_fill_their_places_refuse_only_another_watch()
    {
        await using var server = await TestServer.StartAsync(
            null, "--Training:Automatic=false", "--Limits:MaxStreamsPerClient=3");
        var watches = new List<AsyncServerStreamingCall<RecommendResponse>>();
        for (var i = 0; i < 3; i++)
        {
            watches.Add(server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation));
            Assert.True(await watches[i].ResponseStream.MoveNext(Cancellation));
        }

        using var refused = server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation);
        var refusal = await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.Contains("Limits:MaxStreamsPerClient", refusal.Status.Detail, StringComparison.Ordinal);

        var taken = await server.StreamAsync([new Rating { UserId = 1, MovieId = 1, Value = 4 }], Cancellation);
        Assert.Equal(1, taken.Accepted);
        using var upload = server.Catalog.UpsertMovies(cancellationToken: Cancellation);
        await upload.RequestStream.CompleteAsync();
        await upload;
        using var page = await server.Http.GetAsync(
            "v1/users/1/recommendations:watch", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);

        watches.ForEach(watch => watch.Dispose());
    }

    [Fact]
    public async Task Who_reads_slowly_gets_the_newest_list_and_not_all_that_came_before()
    {
        const int Changes = 60;
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await server.TeachAsync(Cancellation);
        using var watch = server.Recommendations.WatchRecommendations(
            new RecommendRequest { UserId = 7, Count = 1000, IncludeRated = true, Explain = true },
            cancellationToken: Cancellation);
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        for (var i = 1; i <= Changes; i++)
        {
            await server.Ratings.RateAsync(
                new RateRequest { Rating = new Rating { UserId = 7, MovieId = 1 + (i % SyntheticWorld.Movies), Value = 0.5f + (i % 9 / 2f) } },
                cancellationToken: Cancellation);
        }

        var newest = await server.Recommendations.RecommendAsync(
            new RecommendRequest { UserId = 7, Count = 1000, IncludeRated = true, Explain = true }, cancellationToken: Cancellation);
        var read = 0;
        do
        {
            Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
            read++;
        }
        while (!watch.ResponseStream.Current.Equals(newest));

        Assert.InRange(read, 1, Changes / 2);
    }
}
