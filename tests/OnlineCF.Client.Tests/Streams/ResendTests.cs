using Grpc.Core;
using OnlineCF.Client.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests.Streams;

public sealed class ResendTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Exactly_what_the_dead_silo_did_not_acknowledge_goes_to_the_other_in_order()
    {
        var time = new HurryingTime();
        await using var silos = await TwoSilos.StartAsync();
        var acknowledged = new List<string>();
        var half = new TaskCompletionSource();
        var died = new TaskCompletionSource<FakeSilo>();
        foreach (var silo in silos.Both)
        {
            silo.BeforeAnswer = async (number, context) =>
            {
                if (number == 5 && !died.Task.IsCompleted)
                {
                    await half.Task;
                    died.SetResult(silo);
                    await silo.DisposeAsync();
                }
            };
        }

        var interruptions = new List<RpcException>();
        await using var stream = silos.Client.StreamRatings(new()
        {
            Time = time,
            BatchSize = 10,
            Acknowledged = x =>
            {
                acknowledged.Add(x.Answer.BatchId);
                if (acknowledged.Count == 4)
                {
                    half.SetResult();
                }
            },
            Interrupted = interruptions.Add,
        });
        for (var batch = 0; batch < 8; batch++)
        {
            await stream.SendAsync([.. Enumerable.Range((batch * 10) + 1, 10).Select(Of)], Token);
        }

        var totals = await stream.CompleteAsync(Token);
        var dead = await died.Task;
        var other = silos.Both.Single(x => x != dead);
        Assert.Equal(80, totals.Accepted);
        Assert.Equal(["5", "6", "7", "8"], other.Streams.Single().Select(x => x.BatchId));
        Assert.Equal(Enumerable.Range(41, 40).Select(x => (long)x), MoviesOf(other.Streams.Single()));
        Assert.Equal(["1", "2", "3", "4", "5", "6", "7", "8"], acknowledged);
        Assert.Single(interruptions);
        Assert.Equal([0.25], time.Pauses.Select(x => x.TotalSeconds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whenever_streams_break_every_rating_arrives_and_first_arrivals_are_in_order(int seed)
    {
        const int Ratings = 3000;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var arrived = new List<long>();
        await using var silos = await TwoSilos.StartAsync();
        foreach (var silo in silos.Both)
        {
            silo.BeforeAnswer = (number, context) =>
            {
                lock (arrived)
                {
                    arrived.AddRange(MoviesOf([silo.Streams.Last().Last()]));
                    switch (random.Next(40))
                    {
                        case 0:
                            context.GetHttpContext().Abort();
                            break;
                        case 1:
                            throw new RpcException(new Status(StatusCode.Unavailable, "the store is away"));
                    }
                }

                return Task.CompletedTask;
            };
        }

        var interruptions = 0;
        await using var stream = silos.Client.StreamRatings(new()
        {
            Time = new HurryingTime(),
            BatchSize = 16,
            MostUnacknowledged = 100,
            GiveUpAfter = Timeout.InfiniteTimeSpan,
            Interrupted = _ => interruptions++,
        });
        for (var i = 1; i <= Ratings; i++)
        {
            await stream.WriteAsync(Of(i), Token);
        }

        Assert.Equal(Ratings, (await stream.CompleteAsync(Token)).Accepted);
        Assert.True(interruptions > 0);
        Assert.Equal(Enumerable.Range(1, Ratings).Select(x => (long)x), arrived.Distinct());
    }

    [Fact]
    public async Task A_silo_that_is_silent_for_too_long_is_left()
    {
        var time = new PausesTold();
        await using var silos = await TwoSilos.StartAsync();
        var first = 0;
        var silent = new TaskCompletionSource();
        foreach (var silo in silos.Both)
        {
            silo.BeforeAnswer = (_, context) =>
            {
                if (Interlocked.Exchange(ref first, 1) == 1)
                {
                    return Task.CompletedTask;
                }

                silent.SetResult();
                return Task.Delay(Timeout.Infinite, context.CancellationToken);
            };
        }

        var reasons = new List<string>();
        await using var stream = silos.Client.StreamRatings(new() { Time = time, Interrupted = x => reasons.Add(x.Status.Detail) });
        await stream.WriteAsync(Of(1), Token);
        await silent.Task;
        time.Advance(TimeSpan.FromMinutes(1));
        await time.Paused.WaitAsync(Token);
        time.Advance(TimeSpan.FromMilliseconds(250));

        Assert.Equal(1, (await stream.CompleteAsync(Token)).Accepted);
        Assert.Equal(["no answer for 60 s"], reasons);
    }

    [Fact]
    public async Task A_stream_that_has_nothing_to_send_is_closed_and_opened_again_by_the_next_rating()
    {
        var time = new PausesTold();
        await using var silo = await FakeSilo.StartAsync();
        var closed = new TaskCompletionSource();
        silo.BeforeAnswer = (_, context) =>
        {
            context.CancellationToken.Register(() => closed.TrySetResult());
            return Task.CompletedTask;
        };
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings(new() { Time = time, Interrupted = x => throw x });
        await stream.WriteAsync(Of(1), Token);
        await stream.FlushAsync(Token);
        time.Advance(TimeSpan.FromMinutes(1));
        await closed.Task.WaitAsync(Token);
        await stream.WriteAsync(Of(2), Token);

        Assert.Equal(2, (await stream.CompleteAsync(Token)).Accepted);
        Assert.Equal([1, 1], silo.Streams.Select(x => x.Count));
    }

    [Fact]
    public async Task It_gives_up_when_no_silo_comes_back_in_time_after_pauses_that_grow()
    {
        var time = new HurryingTime();
        using var client = new OnlineCFClient([FakeSilo.NobodyAt(), FakeSilo.NobodyAt()]);
        await using var stream = client.StreamRatings(new() { Time = time, GiveUpAfter = TimeSpan.FromMinutes(1) });
        await stream.WriteAsync([Of(1), Of(2)], Token);

        var lost = await Assert.ThrowsAsync<ServerLostException>(() => stream.CompleteAsync(Token));
        Assert.Equal((2, StatusCode.Unavailable), (lost.Unacknowledged, lost.Last.StatusCode));
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 8], time.Pauses.Take(7).Select(x => x.TotalSeconds));
        Assert.Equal(60, time.Pauses.Sum(x => x.TotalSeconds));
    }

    [Fact]
    public async Task It_does_not_wait_for_a_server_that_was_never_there_if_it_shall_not()
    {
        var time = new HurryingTime();
        using var client = new OnlineCFClient([FakeSilo.NobodyAt()]);
        await using var stream = client.StreamRatings(new() { Time = time, WaitsForFirstAnswer = false });
        await stream.WriteAsync(Of(1), Token);

        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => stream.CompleteAsync(Token))).StatusCode);
        Assert.Empty(time.Pauses);
    }

    [Fact]
    public async Task An_answer_of_another_batch_is_a_fault_of_the_server()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.BeforeAnswer = (_, _) =>
        {
            silo.Streams.Single().Single().BatchId = "7";
            return Task.CompletedTask;
        };
        using var client = new OnlineCFClient([silo.Address]);
        await using var stream = client.StreamRatings();
        await stream.WriteAsync(Of(1), Token);

        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => stream.CompleteAsync(Token))).StatusCode);
    }

    private static Rating Of(int movieId) => new() { UserId = 1, MovieId = movieId, Value = 5 };

    private static IEnumerable<long> MoviesOf(IEnumerable<StreamRatingsRequest> batches) => batches.SelectMany(x => x.Ratings).Select(x => x.MovieId);

    /// <summary>A clock that stands still, and tells when somebody waits the first pause.</summary>
    private sealed class PausesTold : Microsoft.Extensions.Time.Testing.FakeTimeProvider
    {
        private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Paused => _paused.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TimeSpan.FromMilliseconds(250))
            {
                _paused.TrySetResult();
            }

            return timer;
        }
    }
}
