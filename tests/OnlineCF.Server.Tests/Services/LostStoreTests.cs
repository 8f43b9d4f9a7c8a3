using System.Net;
using Grpc.Core;
using OnlineCF.Protocol.V1;
using OnlineCF.Storage.Tests.Contracts;

namespace OnlineCF.Server.Tests.Services;

/// <summary>What clients and operators are told of a store that lost its files.</summary>
public sealed class LostStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folder_deleted_under_the_server_makes_it_unavailable_and_not_ready()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a system that deletes open files");
        await using var server = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await server.Ratings.RateAsync(Rated(1), cancellationToken: Cancellation);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(server));

        Directory.Delete(server.Folder, recursive: true);
        try
        {
            var refused = await Assert.ThrowsAsync<RpcException>(
                async () => await server.Ratings.RateAsync(Rated(2), cancellationToken: Cancellation));
            Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
            Assert.Contains(server.Folder, refused.Status.Detail, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await ReadyAsync(server));
            Assert.Contains("deleted", await WarningAsync(server), StringComparison.Ordinal);
        }
        finally
        {
            Directory.CreateDirectory(server.Folder);
        }
    }

    [Fact]
    public async Task Loss_is_said_by_the_status()
    {
        var before = await TestServer.StartAsync(null, "--Training:Automatic=false");
        await before.Ratings.RateAsync(Rated(1), cancellationToken: Cancellation);
        Assert.Equal("", await WarningAsync(before));

        await using var after = await before.RestartAsync(
            () => File.WriteAllText(Path.Combine(before.Folder, "onlinecf.end"), "7\n"), "--Training:Automatic=false");

        Assert.Contains("ends at sequence 1, but had reached 7", await WarningAsync(after), StringComparison.Ordinal);
        await after.Ratings.RateAsync(Rated(2), cancellationToken: Cancellation);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(after));
    }

    [Fact]
    public async Task Server_starts_and_serves_on_a_full_disk_and_takes_ratings_when_there_is_room()
    {
        using var disk = new SmallDisk(megabytes: 16);
        var folder = Path.Combine(disk.Path, "data");
        var before = await TestServer.StartAsync(folder, "--Training:Automatic=false");
        await before.Ratings.RateAsync(Rated(1), cancellationToken: Cancellation);

        await using var full = await before.RestartAsync(disk.Fill, "--Training:Automatic=false");
        var listed = await full.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 1 }, cancellationToken: Cancellation);
        Assert.Single(listed.Ratings);
        await full.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation);
        var refused = await Assert.ThrowsAsync<RpcException>(
            async () => await full.Ratings.RateAsync(Rated(2), cancellationToken: Cancellation));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Contains("no room", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await ReadyAsync(full));
        Assert.Contains("no room", await WarningAsync(full), StringComparison.Ordinal);

        disk.Free();
        await full.Ratings.RateAsync(Rated(2), cancellationToken: Cancellation);
        Assert.Equal("", await WarningAsync(full));
    }

    private static RateRequest Rated(long userId) => new() { Rating = new Rating { UserId = userId, MovieId = 1, Value = 4 } };

    private static async Task<HttpStatusCode> ReadyAsync(TestServer server)
    {
        using var answer = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancellation);
        return answer.StatusCode;
    }

    private static async Task<string> WarningAsync(TestServer server) =>
        (await server.Training.GetTrainingAsync(new GetTrainingRequest(), cancellationToken: Cancellation)).StoreWarning;
}
