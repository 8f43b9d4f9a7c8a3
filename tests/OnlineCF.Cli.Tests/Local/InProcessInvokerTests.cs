using Grpc.Core;
using OnlineCF.Cli.Commands;
using OnlineCF.Cli.Local;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Tests.Local;

/// <summary>A server asked over the wire and without it says the same.</summary>
public sealed class InProcessInvokerTests : IAsyncLifetime
{
    private ThrowAwayServer _server = null!;
    private ServerConnection _wire = null!;
    private ServerConnection _shortcut = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ThrowAwayServer.StartAsync(
            0, ["--Server:HttpPort=0", "--Server:GrpcPort=0", "--Training:Automatic=false"], Token);
        _wire = new ServerConnection(_server.GrpcAddress, token: null);
        _shortcut = new ServerConnection(_server.GrpcAddress, token: null, new InProcessInvoker(_server.Services));
    }

    public async ValueTask DisposeAsync()
    {
        _wire.Dispose();
        _shortcut.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_told_on_one_way_is_known_on_the_other()
    {
        var answer = await _shortcut.Ratings.RateAsync(Rate(3), cancellationToken: Token);
        Assert.Equal(RatingResult.Accepted, answer.Result);

        var ratings = await _wire.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 1, PageSize = 10 }, cancellationToken: Token);
        Assert.Equal(3, Assert.Single(ratings.Ratings).Value);
        Assert.Equal(
            ratings,
            await _shortcut.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 1, PageSize = 10 }, cancellationToken: Token));
    }

    [Fact]
    public async Task Errors_are_the_same()
    {
        var wire = await Assert.ThrowsAsync<RpcException>(async () => await _wire.Ratings.RateAsync(Rate(9), cancellationToken: Token));
        var shortcut = await Assert.ThrowsAsync<RpcException>(async () => await _shortcut.Ratings.RateAsync(Rate(9), cancellationToken: Token));

        Assert.Equal((wire.StatusCode, wire.Status.Detail), (shortcut.StatusCode, shortcut.Status.Detail));
    }

    private static RateRequest Rate(float value) => new() { Rating = new Rating { UserId = 1, MovieId = 2, Value = value } };
}
