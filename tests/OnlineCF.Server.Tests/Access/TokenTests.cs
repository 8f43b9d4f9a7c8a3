using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.IdentityModel.Tokens;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Access;

/// <summary>Callers with tokens of an identity provider.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private FakeIssuer _issuer = null!;
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _server = await TestServer.StartAsync(null, [.. _issuer.Settings, "--Access:Keys=on", "--Training:Automatic=false"]);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_may_what_its_role_may()
    {
        foreach (var (role, rates, erases) in ((object, bool, bool)[])[
            ("reader", false, false),
            ("writer", true, false),
            ("admin", true, true),
            (new[] { "staff", "writer" }, true, false),
            ("openid reader admin", true, true),
        ])
        {
            var token = _issuer.Token(role);
            await RecommendAsync(token);
            Assert.Equal(rates ? StatusCode.OK : StatusCode.PermissionDenied, await StatusOfAsync(RateAsync(token)));
            Assert.Equal(erases ? StatusCode.OK : StatusCode.PermissionDenied, await StatusOfAsync(EraseAsync(token)));
        }

        foreach (var role in (object?[])[null, "Admin", "administrator", 3, "", new[] { "staff" }, new Dictionary<string, object> { ["admin"] = true }])
        {
            Assert.Equal(StatusCode.PermissionDenied, await StatusOfAsync(RecommendAsync(_issuer.Token(role))));
        }
    }

    [Fact]
    public async Task A_token_goes_with_json_and_a_key_beside_it()
    {
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/users/1/recommendations", _issuer.Token("reader")));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/v1/users/1/recommendations", _issuer.Token(null)));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/users/1/recommendations", "a.b.c"));

        var key = (await File.ReadAllTextAsync(Path.Combine(_server.Folder, "admin.key"), Cancellation)).Trim();
        await EraseAsync(key);
        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync(RecommendAsync(key[..^1])));
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/health/ready")]
    public async Task Where_tokens_alone_are_wanted_metrics_and_health_are_not_for_everybody(string path)
    {
        await using var server = await TestServer.StartAsync(null, [.. _issuer.Settings, "--Training:Automatic=false"]);
        async Task<HttpStatusCode> FromElsewhereAsync(string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "X-Forwarded-For", "203.0.113.9" } } };
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await server.Http.SendAsync(request, Cancellation);
            return answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await FromElsewhereAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await FromElsewhereAsync("a.b.c"));
        Assert.Equal(HttpStatusCode.OK, await FromElsewhereAsync(_issuer.Token("reader")));
        using var near = await server.Http.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, near.StatusCode);
    }

    [Fact]
    public async Task A_token_that_the_issuer_did_not_make_for_now_and_here_is_refused_and_says_why()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        using var other = RSA.Create(2048);
        var good = _issuer.Token("admin");
        var parts = good.Split('.');
        var claims = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("somebody", "somebudy", StringComparison.Ordinal));
        foreach (var (token, reason) in ((string, string)[])[
            (Changed(token => (token.NotBefore, token.Expires) = (now.AddMinutes(-10), now.AddMinutes(-1))), "expired"),
            (Changed(token => token.NotBefore = now.AddMinutes(5)), "not good yet"),
            (Changed(token => token.Expires = null), ""),
            (Changed(token => token.Audience = "another"), "audience"),
            (Changed(token => token.Audience = null), "audience"),
            (Changed(token => token.Issuer = "http://127.0.0.1:1"), "issuer"),
            (Changed(token => token.Issuer = null), "issuer"),
            (Changed(token => token.SigningCredentials = null), "signed"),
            (Changed(token => token.SigningCredentials = new(new RsaSecurityKey(other), SecurityAlgorithms.RsaSha256)), "signed"),
            (Changed(token => token.SigningCredentials = new(new RsaSecurityKey(other) { KeyId = "first" }, SecurityAlgorithms.RsaSha256)), "signed"),

            // What everybody knows, as if it were a secret.
            (Changed(token => token.SigningCredentials = new(new SymmetricSecurityKey(_issuer.PublicKey) { KeyId = "first" }, SecurityAlgorithms.HmacSha256)), "signed"),
            ($"{parts[0]}.{claims}.{parts[2]}", "signed"),
            ($"{parts[0]}.{parts[1]}.", "signed"),
            ($"{parts[0]}.{parts[1]}", "signed"),
            ($"{good}.{good}", "signed"),
            (good[..^20], "signed"),
            ("...", "signed"),
            (new string('a', 20_000), "signed"),
            ($"{Base64UrlEncoder.Encode("{\"alg\":")}.{parts[1]}.{parts[2]}", "signed"),
        ])
        {
            var refusal = await Assert.ThrowsAsync<RpcException>(() => RecommendAsync(token));
            Assert.Equal((StatusCode.Unauthenticated, token), (refusal.StatusCode, token));
            Assert.Contains(reason, refusal.Status.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("IDX", refusal.Status.Detail, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/users/1/recommendations", token));
        }

        await RecommendAsync(good);

        string Changed(Action<SecurityTokenDescriptor> change) => _issuer.Token("admin", change);
    }

    [Fact]
    public async Task Without_the_issuers_keys_a_token_is_not_refused_but_waits()
    {
        _issuer.IsAway = true;
        Assert.Equal(StatusCode.Unavailable, await StatusOfAsync(RecommendAsync(_issuer.Token("reader"))));
        Assert.Equal(StatusCode.Unauthenticated, await StatusOfAsync(RecommendAsync("nonsense")));

        _issuer.IsAway = false;
        await RecommendAsync(_issuer.Token("reader"));

        _issuer.IsAway = true;
        await RecommendAsync(_issuer.Token("reader"));
    }

    [Fact]
    public async Task What_lasts_ends_when_its_token_expires()
    {
        // The token has expired; what clocks may differ by keeps it good for two seconds more.
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = _issuer.Token("reader", token => (token.NotBefore, token.Expires) = (now.AddMinutes(-10), now.AddSeconds(-28)));
        using var watch = _server.Recommendations.WatchRecommendations(new RecommendRequest { UserId = 1 }, With(token));
        Assert.True(await watch.ResponseStream.MoveNext(Cancellation));

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await watch.ResponseStream.MoveNext(Cancellation))
            {
            }
        });
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
    }

    [Fact]
    public async Task Tokens_alone_close_the_server_and_make_no_key()
    {
        await using var server = await TestServer.StartAsync(
            null, [.. _issuer.Settings, "--Access:Jwt:RoleClaim=https://shop.example/roles", "--Training:Automatic=false"]);
        Assert.False(File.Exists(Path.Combine(server.Folder, "admin.key")));

        var refusal = await Assert.ThrowsAsync<RpcException>(
            () => server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, cancellationToken: Cancellation).ResponseAsync);
        Assert.Equal((StatusCode.Unauthenticated, true), (refusal.StatusCode, refusal.Status.Detail.Contains("Bearer TOKEN", StringComparison.Ordinal)));

        var token = _issuer.Token(null, token => token.Claims["https://shop.example/roles"] = new[] { "writer" });
        await server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With(token));
        Assert.Equal(StatusCode.PermissionDenied, await StatusOfAsync(
            server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With(_issuer.Token("writer"))).ResponseAsync));
    }

    private static async Task<StatusCode> StatusOfAsync(Task call)
    {
        try
        {
            await call;
            return StatusCode.OK;
        }
        catch (RpcException refusal)
        {
            return refusal.StatusCode;
        }
    }

    private Task<RecommendResponse> RecommendAsync(string token) =>
        _server.Recommendations.RecommendAsync(new RecommendRequest { UserId = 1 }, With(token)).ResponseAsync;

    private Task<RateResponse> RateAsync(string token) => _server.Ratings.RateAsync(
        new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4 } }, With(token)).ResponseAsync;

    private Task<EraseUserResponse> EraseAsync(string token) =>
        _server.Ratings.EraseUserAsync(new EraseUserRequest { UserId = 1 }, With(token)).ResponseAsync;

    private async Task<HttpStatusCode> GetAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await _server.Http.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }

    private static CallOptions With(string token) =>
        new(new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: Cancellation);
}
