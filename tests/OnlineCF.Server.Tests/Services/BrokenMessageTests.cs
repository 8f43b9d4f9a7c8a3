using Grpc.Core;

namespace OnlineCF.Server.Tests.Services;

/// <summary>Bytes that are no message, as a foreign client might send them.</summary>
public sealed class BrokenMessageTests(TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);

    private readonly TestServer _server = fixture.Server;

    public static TheoryData<string, string, byte[]> Broken => new()
    {
        { "CatalogService/SearchMovies", "invalid UTF-8", [0x0A, 0x02, 0xFF, 0xFE] },
        { "RatingService/ListRatings", "invalid UTF-8 in page_token", [0x08, 0x01, 0x1A, 0x02, 0xC3, 0x28] },
        { "RatingService/Rate", "truncated message", [0x0A, 0x7F, 0x08] },
        { "RatingService/Rate", "no field at all", [0xFF, 0xFF, 0xFF] },
        { "RecommendationService/Recommend", "varint without an end", [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task Broken_message_is_an_invalid_argument(string rpc, string kind, byte[] bytes)
    {
        Assert.NotEmpty(kind);
        var parts = rpc.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.Unary, $"onlinecf.v1.{parts[0]}", parts[1], Raw, Raw);
        using var call = _server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, default, bytes);
        var refusal = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    [Fact]
    public async Task Broken_message_in_a_stream_is_an_invalid_argument()
    {
        var method = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming, "onlinecf.v1.RatingService", "StreamRatings", Raw, Raw);
        using var call = _server.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, default);
        await call.RequestStream.WriteAsync([0x0A, 0x02, 0xFF, 0xFE], TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }
}
