using Grpc.Core;
using OnlineCF.Client.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests.Streams;

public sealed class RatingStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_became_of_the_ratings_is_counted()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings();
        await stream.WriteAsync([Of(1, 5), Of(2, 2), Of(3, 9)], Token);
        await stream.WriteAsync(Of(4, 3), Token);
        await stream.WriteAsync(Of(5, 4), Token);

        var totals = await stream.CompleteAsync(Token);
        Assert.Equal((2, 1, 1, 1, 5), (totals.Accepted, totals.Duplicate, totals.Stale, totals.Rejected, totals.Ratings));
        Assert.Equal((3, "value must be from 0.5 to 5"), (totals.Rejections.Single().Rating.MovieId, totals.Rejections[0].Reason));
        Assert.True(totals.Sequence > 0);
        Assert.Equal(totals, await stream.CompleteAsync(Token));
        Assert.Equal(0, stream.Unacknowledged);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.WriteAsync(Of(6, 5), Token));
    }

    [Fact]
    public async Task Ratings_one_by_one_go_at_once_and_together_while_the_server_is_slow()
    {
        await using var silo = await FakeSilo.StartAsync();
        var go = new TaskCompletionSource();
        silo.BeforeAnswer = (_, _) => go.Task;
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings(new() { BatchesUnderWay = 1, BatchSize = 10 });
        await stream.WriteAsync(Of(1), Token);
        while (silo.Streams.Sum(x => x.Count) == 0)
        {
            await Task.Yield();
        }

        await stream.WriteAsync(Enumerable.Range(2, 15).Select(x => Of(x)), Token);
        go.SetResult();
        await stream.FlushAsync(Token);

        Assert.Equal([1, 10, 5], silo.Streams.Single().Select(x => x.Ratings.Count));
        Assert.Equal(16, stream.Totals.Accepted);
    }

    [Fact]
    public async Task A_batch_has_an_answer_of_its_own()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings();
        await stream.WriteAsync(Of(1), Token);
        var batch = await stream.SendAsync([Of(2), Of(3, 9)], Token);
        await stream.WriteAsync(Of(4), Token);

        var acknowledgement = await batch;
        Assert.Equal([2, 3], acknowledgement.Ratings.Select(x => x.MovieId));
        Assert.Equal((1, 1), (acknowledgement.Answer.Accepted, acknowledgement.Answer.Rejected.Single().Index));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await stream.SendAsync([], Token));
    }

    [Fact]
    public async Task A_stream_that_was_not_used_completes_without_a_server()
    {
        using var client = new OnlineCFClient([FakeSilo.NobodyAt()]);
        await using var stream = client.StreamRatings();

        Assert.Equal(0, (await stream.CompleteAsync(Token)).Ratings);
    }

    [Fact]
    public async Task Who_writes_more_than_may_be_kept_waits()
    {
        await using var silo = await FakeSilo.StartAsync();
        var go = new TaskCompletionSource();
        silo.BeforeAnswer = (_, _) => go.Task;
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings(new() { MostUnacknowledged = 10, BatchSize = 4 });
        for (var i = 1; i <= 10; i++)
        {
            Assert.True(stream.WriteAsync(Of(i), Token).AsTask().IsCompletedSuccessfully);
        }

        using var impatient = new CancellationTokenSource();
        var given = stream.WriteAsync(Of(11), impatient.Token).AsTask();
        Assert.False(given.IsCompleted);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        var waiting = stream.SendAsync([Of(12), Of(13)], Token).AsTask();
        Assert.False(waiting.IsCompleted);
        Assert.Equal(10, stream.Unacknowledged);

        go.SetResult();
        await waiting;
        await stream.CompleteAsync(Token);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13], MoviesOf(silo.Streams.Single()));
    }

    [Fact]
    public async Task Giving_up_waiting_leaves_the_ratings_on_their_way()
    {
        await using var silo = await FakeSilo.StartAsync();
        var go = new TaskCompletionSource();
        silo.BeforeAnswer = (_, _) => go.Task;
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings();
        await stream.WriteAsync(Of(1), Token);
        using var impatient = new CancellationTokenSource();
        var flush = stream.FlushAsync(impatient.Token);
        var complete = stream.CompleteAsync(impatient.Token);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => flush);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => complete);
        go.SetResult();
        Assert.Equal(1, (await stream.CompleteAsync(Token)).Accepted);
    }

    [Fact]
    public async Task Disposing_gives_up_what_is_not_acknowledged()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.BeforeAnswer = (_, context) => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var client = new OnlineCFClient([silo.Address]);
        var stream = client.StreamRatings();
        var batch = await stream.SendAsync([Of(1)], Token);
        await stream.DisposeAsync();
        await stream.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => batch);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await stream.WriteAsync(Of(2), Token));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task An_error_that_would_come_again_ends_it(StatusCode code)
    {
        var time = new HurryingTime();
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = code;
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings(new() { Time = time, MostUnacknowledged = 2, BatchSize = 2 });
        var batch = await stream.SendAsync([Of(1), Of(2)], Token);

        // This one waits for room that never comes.
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(async () => await stream.WriteAsync(Of(3), Token))).StatusCode);
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => batch)).StatusCode);
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(() => stream.CompleteAsync(Token))).StatusCode);
        Assert.Equal(0, stream.Totals.Ratings);
        Assert.Single(silo.Calls);
        Assert.Empty(time.Pauses);
    }

    [Theory]
    [InlineData(0, 0, 8, 250, 8000)]
    [InlineData(4, 2, 8, 250, 8000)]
    [InlineData(4, 8, 0, 250, 8000)]
    [InlineData(4, 8, 8, 0, 8000)]
    [InlineData(4, 8, 8, 250, 100)]
    public async Task Options_that_make_no_sense_are_refused(int batchSize, int most, int underWay, int firstPauseMs, int longestPauseMs)
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([silo.Address]);

        Assert.Throws<ArgumentOutOfRangeException>(() => client.StreamRatings(new()
        {
            BatchSize = batchSize,
            MostUnacknowledged = most,
            BatchesUnderWay = underWay,
            FirstPause = TimeSpan.FromMilliseconds(firstPauseMs),
            LongestPause = TimeSpan.FromMilliseconds(longestPauseMs),
        }));
    }

    private static Rating Of(long movieId, float value = 5) => new() { UserId = 1, MovieId = movieId, Value = value };

    private static IEnumerable<long> MoviesOf(IEnumerable<StreamRatingsRequest> batches) => batches.SelectMany(x => x.Ratings).Select(x => x.MovieId);
}
