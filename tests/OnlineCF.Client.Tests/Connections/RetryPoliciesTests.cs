using Google.Protobuf.Reflection;
using Grpc.Core;
using OnlineCF.Client.Connections;
using OnlineCF.Client.Tests.Fakes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Client.Tests.Connections;

public sealed class RetryPoliciesTests
{
    private static readonly OnlineCFClientOptions Quick = new() { Retries = new() { FirstPause = TimeSpan.FromMilliseconds(1) } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All files of the protocol that have services, found by themselves.</summary>
    public static IReadOnlyList<FileDescriptor> Protocol { get; } =
    [
        .. typeof(Rating).Assembly.GetTypes().Where(x => x.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(x => (FileDescriptor)x.GetProperty("Descriptor")!.GetValue(null)!),
    ];

    public static TheoryData<string> Once => ["DeleteRating", "EraseUser", "StartTraining", "CancelTraining", "RollbackModel"];

    [Fact]
    public async Task UNAVAILABLE_is_repeated_at_the_other_silo()
    {
        await using var silos = await TwoSilos.StartAsync(Quick);
        await silos.ConnectBothAsync();
        silos.A.Refusal = StatusCode.Unavailable;
        var before = silos.A.Calls.Count;
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(RatingResult.Accepted, (await silos.Client.Ratings.RateAsync(new(), cancellationToken: Token)).Result);
        }

        Assert.True(silos.A.Calls.Count > before);
    }

    [Fact]
    public async Task UNAVAILABLE_everywhere_comes_back_after_the_last_attempt()
    {
        await using var silos = await TwoSilos.StartAsync(Quick);
        (silos.A.Refusal, silos.B.Refusal) = (StatusCode.Unavailable, StatusCode.Unavailable);

        await AssertEndsAsync(StatusCode.Unavailable, silos.Client, "Rate");
        Assert.Equal(5, silos.A.Calls.Count + silos.B.Calls.Count);
    }

    [Fact]
    public async Task An_upload_of_movies_is_repeated_whole()
    {
        await using var silos = await TwoSilos.StartAsync(Quick);
        await silos.ConnectBothAsync();
        silos.A.Refusal = StatusCode.Unavailable;
        for (var i = 0; i < 2; i++)
        {
            using var call = silos.Client.Catalog.UpsertMovies(cancellationToken: Token);
            await call.RequestStream.WriteAsync(new() { Movies = { new Movie { MovieId = 1 }, new Movie { MovieId = 2 } } }, Token);
            await call.RequestStream.CompleteAsync();
            Assert.Equal(2, (await call).Upserted);
        }

        Assert.Contains("UpsertMovies", silos.A.Calls);
        Assert.Equal([1, 2, 1, 2], silos.B.Movies.Select(x => x.MovieId));
    }

    [Fact]
    public async Task A_watch_is_repeated_until_its_first_list()
    {
        await using var silos = await TwoSilos.StartAsync(Quick);
        await silos.ConnectBothAsync();
        silos.A.Refusal = StatusCode.Unavailable;
        for (var i = 0; i < 2; i++)
        {
            using var watch = silos.Client.Recommendations.WatchRecommendations(new(), cancellationToken: Token);
            Assert.True(await watch.ResponseStream.MoveNext(Token));
        }
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.PermissionDenied)]
    [InlineData(StatusCode.ResourceExhausted)]
    [InlineData(StatusCode.Internal)]
    public async Task What_would_come_again_is_not_repeated(StatusCode code)
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = code;
        using var client = new OnlineCFClient([silo.Address], Quick);

        await AssertEndsAsync(code, client, "Rate");
        Assert.Single(silo.Calls);
    }

    [Theory]
    [MemberData(nameof(Once))]
    public async Task What_may_have_been_done_is_not_repeated(string method)
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = StatusCode.Unavailable;
        using var client = new OnlineCFClient([silo.Address], Quick);

        await AssertEndsAsync(StatusCode.Unavailable, client, method);
        Assert.Equal([method], silo.Calls);
    }

    [Fact]
    public async Task Without_retries_nothing_is_repeated()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = StatusCode.Unavailable;
        using var client = new OnlineCFClient([silo.Address], new() { Retries = null });

        await AssertEndsAsync(StatusCode.Unavailable, client, "Rate");
        Assert.Single(silo.Calls);
    }

    [Fact]
    public async Task Repeating_stops_while_failures_are_far_ahead()
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Refusal = StatusCode.Unavailable;
        using var client = new OnlineCFClient([silo.Address], new() { Retries = Quick.Retries! with { MostFailuresAhead = 3 } });
        await AssertEndsAsync(StatusCode.Unavailable, client, "Rate");
        var calls = silo.Calls.Count;
        await AssertEndsAsync(StatusCode.Unavailable, client, "Rate");

        Assert.Equal((3, 4), (calls, silo.Calls.Count));
    }

    [Fact]
    public void Every_rpc_of_the_protocol_may_be_repeated_or_may_not()
    {
        var decided = RetryPolicies.Repeatable.Concat(RetryPolicies.Once)
            .SelectMany(service => service.Methods.Select(method => $"{service.Service}.{method}")).ToList();

        Assert.Equal(decided.Distinct(), decided);
        Assert.Empty(Protocol.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Select(method => $"{method.Service.Name}.{method.Name}").Except(decided));
    }

    private static async Task AssertEndsAsync(StatusCode code, OnlineCFClient client, string method)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => CallAsync(client, method));
        Assert.Equal(code, error.StatusCode);
    }

    private static async Task CallAsync(OnlineCFClient client, string method) => _ = method switch
    {
        "Rate" => await client.Ratings.RateAsync(new(), cancellationToken: Token),
        "DeleteRating" => await client.Ratings.DeleteRatingAsync(new(), cancellationToken: Token),
        "EraseUser" => await client.Ratings.EraseUserAsync(new(), cancellationToken: Token),
        "StartTraining" => await client.Training.StartTrainingAsync(new(), cancellationToken: Token),
        "CancelTraining" => await client.Training.CancelTrainingAsync(new(), cancellationToken: Token),
        "RollbackModel" => (object)await client.Training.RollbackModelAsync(new(), cancellationToken: Token),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, null),
    };
}
