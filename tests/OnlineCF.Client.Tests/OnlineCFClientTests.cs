using Grpc.Core;
using OnlineCF.Client.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests;

public sealed class OnlineCFClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_go_over_the_addresses_in_turn()
    {
        await using var silos = await TwoSilos.StartAsync();
        await silos.ConnectBothAsync();
        var (a, b) = (silos.A.Calls.Count, silos.B.Calls.Count);
        for (var i = 0; i < 20; i++)
        {
            await silos.Client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        }

        Assert.Equal((a + 10, b + 10), (silos.A.Calls.Count, silos.B.Calls.Count));
    }

    [Fact]
    public async Task A_dead_address_is_passed_over()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([FakeSilo.NobodyAt(), silo.Address], new() { Retries = null });
        for (var i = 0; i < 20; i++)
        {
            await client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        }

        Assert.Equal(20, silo.Calls.Count);
    }

    [Fact]
    public async Task Calls_go_on_when_a_silo_dies_and_go_to_it_again_when_it_is_back()
    {
        await using var silos = await TwoSilos.StartAsync();
        await silos.ConnectBothAsync();
        await silos.A.DisposeAsync();
        for (var i = 0; i < 20; i++)
        {
            await silos.Client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        }

        await using var again = await FakeSilo.StartAsync(silos.A.Address.Port);
        while (again.Calls.IsEmpty)
        {
            await silos.Client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        }
    }

    [Fact]
    public async Task Https_and_http_addresses_are_not_mixed_and_what_is_no_address_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new OnlineCFClient("http://a:1,https://b:1"));
        Assert.Throws<ArgumentException>(() => new OnlineCFClient("ftp://a:1"));
        Assert.Throws<ArgumentException>(() => new OnlineCFClient([]));
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient($" {silo.Address.Authority} , {silo.Address}");
        Assert.Equal(7, (await client.Recommendations.RecommendAsync(new(), cancellationToken: Token)).ModelVersion);
    }

    [Fact]
    public async Task The_token_is_sent_with_every_call_over_plain_http_too()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([silo.Address], new() { Token = "ocf_1" });
        await client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        await using (var stream = client.StreamRatings())
        {
            await stream.WriteAsync(new Rating { UserId = 1, MovieId = 1, Value = 5 }, Token);
            await stream.CompleteAsync(Token);
        }

        client.Token = "ocf_2";
        await client.Training.GetTrainingAsync(new(), cancellationToken: Token);
        await client.Training.GetTrainingAsync(new(), new Metadata { { "authorization", "Bearer own" } }, cancellationToken: Token);
        client.Token = null;
        await client.Training.GetTrainingAsync(new(), cancellationToken: Token);

        Assert.Equal(["Bearer ocf_1", "Bearer ocf_1", "Bearer ocf_2", "Bearer own", null], silo.Callers);
        Assert.Throws<ArgumentException>(() => client.Token = "two words");
    }

    [Fact]
    public async Task A_call_has_a_deadline_which_its_caller_may_change()
    {
        await using var silo = await FakeSilo.StartAsync();
        using var client = new OnlineCFClient([silo.Address], new() { CallTimeout = TimeSpan.FromMinutes(5) });
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        await client.Recommendations.RecommendAsync(new(), cancellationToken: Token);
        await client.Recommendations.RecommendAsync(new(), deadline: now + TimeSpan.FromHours(2), cancellationToken: Token);
        await client.Recommendations.RecommendAsync(new(), deadline: DateTime.MaxValue, cancellationToken: Token);
        using var watch = client.Recommendations.WatchRecommendations(new(), cancellationToken: Token);
        await watch.ResponseStream.MoveNext(Token);

        var deadlines = silo.Deadlines.ToArray();
        Assert.InRange(deadlines[0] - now, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
        Assert.InRange(deadlines[1] - now, TimeSpan.FromHours(1.9), TimeSpan.FromHours(2.1));
        Assert.Equal([DateTime.MaxValue, DateTime.MaxValue], deadlines[2..]);
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_in_time_is_DEADLINE_EXCEEDED()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Called = context => Task.Delay(Timeout.Infinite, context.CancellationToken);
        using var client = new OnlineCFClient([silo.Address], new() { CallTimeout = TimeSpan.FromMilliseconds(300) });

        var error = await Assert.ThrowsAsync<RpcException>(async () => await client.Recommendations.RecommendAsync(new(), cancellationToken: Token));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.InRange(silo.Calls.Count, 0, 1); // none where the connection itself took longer; never sent again
    }
}
