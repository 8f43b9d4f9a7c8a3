using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Core.Access;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Access;

namespace OnlineCF.Server.Tests.Access;

public sealed partial class AccessTests : IAsyncLifetime
{
    private const string Settings = "--Access:Keys=on";

    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(null, Settings, "--Training:Automatic=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void Every_rpc_has_a_role()
    {
        FileDescriptor[] files =
        [
            .. typeof(Rating).Assembly.GetTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
                .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!),
        ];
        var rpcs = files.SelectMany(file => file.Services).SelectMany(service => service.Methods)
            .Select(method => $"/{method.Service.FullName}/{method.Name}").ToArray();

        Assert.True(rpcs.Length > 20);
        Assert.All(rpcs, rpc => Assert.NotNull(RpcRoles.Of(rpc)));
        Assert.Null(RpcRoles.Of("/onlinecf.v1.RatingService/Unheard"));
        Assert.Equal(AccessRole.Admin, RpcRoles.Of("/onlinecf.v1.RatingService/EraseUser"));
        Assert.Equal(AccessRole.Writer, RpcRoles.Of("/onlinecf.v1.RatingService/Rate"));
        Assert.Equal(AccessRole.Reader, RpcRoles.Of("/onlinecf.v1.RecommendationService/Recommend"));
    }

    [Fact]
    public async Task Every_route_wants_a_key_but_those_that_only_look()
    {
        var endpoints = _server.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null)
            .Select(endpoint => endpoint.RoutePattern.RawText!).Where(route => !route.Contains("{unimplemented", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["/health/live", "/health/ready", "/metrics", "/openapi/v1.json"], open);

        var json = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null).ToArray();
        Assert.True(json.Length > 20);
        foreach (var endpoint in json)
        {
            var path = RouteParameter().Replace(endpoint.RoutePattern.RawText!, "1");
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                using var answer = await _server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancellation);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path} answers {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task First_key_is_in_a_file_that_only_its_owner_may_read_and_a_restart_makes_no_other()
    {
        var file = Path.Combine(_server.Folder, "admin.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var admin = AdminKey();
        Assert.Single((await KeysAsync(admin)).Keys);

        _server = await _server.RestartAsync(Settings, "--Training:Automatic=false");

        Assert.Equal(admin, AdminKey());
        Assert.Single((await KeysAsync(admin)).Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer nonsense")]
    [InlineData("Bearer ocf_0123456789abcdef_AAAA")]
    [InlineData("Bearer ocf__")]
    [InlineData("Basic b2NmXzox")]
    public async Task Without_a_good_key_nothing_is_told(string header)
    {
        foreach (var call in (Func<CallOptions, Task>[])[
            options => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, options).ResponseAsync,
            options => _server.Ratings.RateAsync(new RateRequest(), options).ResponseAsync,
            options => _server.Training.GetTrainingAsync(new GetTrainingRequest(), options).ResponseAsync,
            options => _server.Ratings.StreamRatings(options).ResponseStream.MoveNext(Cancellation),
            options => _server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = 1 }, options).ResponseStream.MoveNext(Cancellation),
        ])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => call(With(header)));
            Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/movies:popular");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task A_key_may_what_its_role_may()
    {
        var (reader, writer) = (await CreateAsync(Role.Reader), await CreateAsync(Role.Writer));
        var rating = new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4 } };

        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With("Bearer " + reader.Secret));
        await DeniedAsync(options => _server.Ratings.RateAsync(rating, options).ResponseAsync, reader);
        await _server.Ratings.RateAsync(rating, With("bearer " + writer.Secret));
        await _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With("Bearer " + writer.Secret));
        await DeniedAsync(options => _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, options).ResponseAsync, writer);
        await DeniedAsync(options => _server.Training.StartTrainingAsync(new StartTrainingRequest(), options).ResponseAsync, writer);
        await DeniedAsync(options => Access.ListKeysAsync(new ListKeysRequest(), options).ResponseAsync, writer);
        await _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, With("Bearer " + AdminKey()));

        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/users/1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", writer.Secret);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Revoked_key_is_taken_no_longer()
    {
        var revoked = await CreateAsync(Role.Reader);
        await Access.RevokeKeyAsync(new RevokeKeyRequest { KeyId = revoked.Key.KeyId }, With("Bearer " + AdminKey()));
        await UnknownAsync(revoked.Secret);

        var end = TimeProvider.System.GetUtcNow().AddDays(90);
        var other = await CreateAsync(Role.Reader, end);
        var keys = (await KeysAsync(AdminKey())).Keys.ToDictionary(key => key.KeyId);
        Assert.NotNull(keys[revoked.Key.KeyId].RevokedAt);
        Assert.Null(keys[other.Key.KeyId].RevokedAt);
        Assert.Equal(end, keys[other.Key.KeyId].ExpiresAt.ToDateTimeOffset(), TimeSpan.FromMilliseconds(1));
        Assert.Equal(Role.Reader, keys[other.Key.KeyId].Role);
    }

    [Theory]
    [InlineData(Role.Unspecified, 0, "role")]
    [InlineData((Role)7, 0, "role")]
    [InlineData(Role.Reader, 1, "expires_at")]
    [InlineData(Role.Reader, long.MaxValue, "expires_at")]
    public async Task Bad_field_of_a_new_key_is_named(Role role, long seconds, string field)
    {
        var request = new CreateKeyRequest { Role = role, ExpiresAt = seconds == 0 ? null : new Timestamp { Seconds = seconds } };
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => Access.CreateKeyAsync(request, With("Bearer " + AdminKey())).ResponseAsync);
        Assert.Equal((StatusCode.InvalidArgument, field), (refusal.StatusCode, refusal.Status.Detail.Split(' ')[0]));

        var unknown = await Assert.ThrowsAsync<RpcException>(
            () => Access.RevokeKeyAsync(new RevokeKeyRequest { KeyId = "nobody" }, With("Bearer " + AdminKey())).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/metrics")]
    [InlineData("/")]
    public async Task Who_is_near_sees_health_metrics_and_the_page(string path) =>
        (await _server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation)).EnsureSuccessStatusCode();

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Via", "1.1 front")]
    public async Task Who_comes_through_a_proxy_is_not_near(string header, string value)
    {
        foreach (var path in (string[])["/health/ready", "/metrics"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { header, value } } };
            using var answer = await _server.Http.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);

            using var known = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { header, value } } };
            known.Headers.Authorization = new AuthenticationHeaderValue("Bearer", AdminKey());
            using var welcome = await _server.Http.SendAsync(known, Cancellation);
            Assert.Equal(HttpStatusCode.OK, welcome.StatusCode);

            // A request that says that it is gRPC is asked all the same.
            using var http2 = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{_server.Server.GrpcAddress.Port}{path}"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Headers = { { header, value } },
                Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/grpc") } },
            };
            using var refused = await _server.Http.SendAsync(http2, Cancellation);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task What_lasts_ends_when_its_key_is_revoked()
    {
        var (reader, writer) = (await CreateAsync(Role.Reader), await CreateAsync(Role.Writer));
        using var watch = _server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = 1 }, With("Bearer " + reader.Secret));
        using var stream = _server.Ratings.StreamRatings(With("Bearer " + writer.Secret));
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));
        await stream.RequestStream.WriteAsync(
            new StreamRatingsRequest { Ratings = { new Rating { UserId = 1, MovieId = 2, Value = 4 } } }, Cancellation);
        Assert.True(await stream.ResponseStream.MoveNext(Cancellation));

        using var page = new HttpRequestMessage(HttpMethod.Get, "/v1/training:watch");
        page.Headers.Authorization = new AuthenticationHeaderValue("Bearer", reader.Secret);
        using var events = await _server.Http.SendAsync(page, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);

        foreach (var key in (CreateKeyResponse[])[reader, writer])
        {
            await Access.RevokeKeyAsync(new RevokeKeyRequest { KeyId = key.Key.KeyId }, With("Bearer " + AdminKey()));
        }

        foreach (var more in (Func<Task>[])[() => UntilEndAsync(watch.ResponseStream), () => UntilEndAsync(stream.ResponseStream)])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(more);
            Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        }

        var rest = await events.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("key", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_keys_all_may_but_make_a_key_that_would_count_when_keys_do()
    {
        await using var open = await TestServer.StartAsync(null, "--Training:Automatic=false");
        var access = new AccessService.AccessServiceClient(open.Channel);

        foreach (var call in (Func<Task>[])[
            () => access.CreateKeyAsync(new CreateKeyRequest { Role = Role.Writer }, cancellationToken: Cancellation).ResponseAsync,
            () => access.RevokeKeyAsync(new RevokeKeyRequest { KeyId = "a" }, cancellationToken: Cancellation).ResponseAsync,
        ])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
            Assert.Contains("Access:Keys", refusal.Status.Detail, StringComparison.Ordinal);
        }

        Assert.Empty((await access.ListKeysAsync(new ListKeysRequest(), cancellationToken: Cancellation)).Keys);
        await open.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, cancellationToken: Cancellation);

        Assert.False(File.Exists(Path.Combine(open.Folder, "admin.key")));
        Assert.Equal([IPAddress.Loopback.ToString()], [open.Server.GrpcAddress.Host]);
    }

    private static async Task UntilEndAsync<T>(IAsyncStreamReader<T> answers)
    {
        while (await answers.MoveNext(Cancellation))
        {
        }
    }

    private AccessService.AccessServiceClient Access => new(_server.Channel);

    private string AdminKey() => File.ReadAllText(Path.Combine(_server.Folder, "admin.key")).Trim();

    private async Task<ListKeysResponse> KeysAsync(string key) =>
        await Access.ListKeysAsync(new ListKeysRequest(), With("Bearer " + key));

    private async Task<CreateKeyResponse> CreateAsync(Role role, DateTimeOffset? expiresAt = null) => await Access.CreateKeyAsync(
        new CreateKeyRequest { Role = role, ExpiresAt = expiresAt is { } end ? Timestamp.FromDateTimeOffset(end) : null },
        With("Bearer " + AdminKey()));

    private async Task UnknownAsync(string key)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With("Bearer " + key)).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    private static async Task DeniedAsync(Func<CallOptions, Task> call, CreateKeyResponse key)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => call(With("Bearer " + key.Secret)));
        Assert.Equal(StatusCode.PermissionDenied, refusal.StatusCode);
        Assert.DoesNotContain(key.Secret, refusal.Status.Detail, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex RouteParameter();

    private static CallOptions With(string header) => new(
        header.Length == 0 ? [] : new Metadata { { "authorization", header } }, cancellationToken: Cancellation);
}
