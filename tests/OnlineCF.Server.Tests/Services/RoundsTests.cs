using System.Net.Http.Json;
using System.Text.Json;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

public sealed class RoundsTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private readonly TestServer _server = fixture.Server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_epoch_of_every_round_is_kept_and_pages_are_newest_first()
    {
        await _server.TeachAsync(Cancellation);
        await _server.TrainAsync(Cancellation);
        var last = await _server.TrainAsync(Cancellation);

        var first = await ListAsync(new ListRoundsRequest { PageSize = 2 });
        var second = await ListAsync(new ListRoundsRequest { PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal([last.RoundId, last.RoundId - 1], first.Rounds.Select(round => round.RoundId));
        Assert.Equal(last.RoundId - 2, second.Rounds[0].RoundId);
        Assert.Equal("", second.NextPageToken);
        Assert.All([.. first.Rounds, .. second.Rounds], round =>
        {
            Assert.True(round.Epochs > 0);
            Assert.Equal(Enumerable.Range(1, round.Epochs), round.EpochFigures.Select(epoch => epoch.Epoch));
            Assert.All(round.EpochFigures, epoch => Assert.True(epoch is { RatingsPerSecond: > 0, Figures.ValidationRmse: > 0 }));
        });

        var json = await _server.Http.GetFromJsonAsync<JsonElement>("/v1/training/rounds?page_size=1", Cancellation);
        Assert.Equal(
            first.Rounds[0].EpochFigures.Count, json.GetProperty("rounds")[0].GetProperty("epochFigures").GetArrayLength());
    }

    [Theory]
    [InlineData("page_size", -1, "")]
    [InlineData("page_size", 1001, "")]
    [InlineData("page_token", 1, "next")]
    [InlineData("page_token", 1, "-1")]
    public async Task Bad_field_is_named(string field, int pageSize, string pageToken)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => ListAsync(new ListRoundsRequest { PageSize = pageSize, PageToken = pageToken }));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.StartsWith(field + " ", refusal.Status.Detail, StringComparison.Ordinal);
    }

    private async Task<ListRoundsResponse> ListAsync(ListRoundsRequest request) =>
        await _server.Training.ListRoundsAsync(request, cancellationToken: Cancellation);
}
