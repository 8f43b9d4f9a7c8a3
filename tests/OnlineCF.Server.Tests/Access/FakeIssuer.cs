using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace OnlineCF.Server.Tests.Access;

/// <summary>An identity provider on this machine: its discovery document, its keys, and tokens signed by one of them.</summary>
internal sealed class FakeIssuer : IAsyncDisposable
{
    public const string Audience = "onlinecf";

    private readonly WebApplication _app;
    private readonly RSA _rsa = RSA.Create(2048);

    private FakeIssuer(WebApplication app)
    {
        _app = app;
        Key = new RsaSecurityKey(_rsa) { KeyId = "first" };
        app.MapGet("/.well-known/openid-configuration", () => IsAway
            ? Results.StatusCode(StatusCodes.Status503ServiceUnavailable)
            : Results.Json(new { issuer = Address, jwks_uri = $"{Address}/keys" }));
        app.MapGet("/keys", () =>
        {
            var key = _rsa.ExportParameters(includePrivateParameters: false);
            return Results.Json(new
            {
                keys = new[]
                {
                    new
                    {
                        kty = "RSA",
                        use = "sig",
                        kid = Key.KeyId,
                        n = Base64UrlEncoder.Encode(key.Modulus),
                        e = Base64UrlEncoder.Encode(key.Exponent),
                    },
                },
            });
        });
    }

    /// <summary>Whether it answers with nothing but 503.</summary>
    public bool IsAway { get; set; }

    public SecurityKey Key { get; }

    /// <summary>The key as everybody has it.</summary>
    public byte[] PublicKey => _rsa.ExportSubjectPublicKeyInfo();

    public string Address => _app.Urls.Single();

    /// <summary>What a server needs to know of it.</summary>
    public string[] Settings => [$"--Access:Jwt:Issuer={Address}", $"--Access:Jwt:Audience={Audience}"];

    public static async Task<FakeIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new FakeIssuer(builder.Build());
        await issuer._app.StartAsync(TestContext.Current.CancellationToken);
        return issuer;
    }

    /// <summary>A token, good for ten minutes but for what is changed.</summary>
    public string Token(object? role, Action<SecurityTokenDescriptor>? change = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = Audience,
            NotBefore = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = "somebody" },
            SigningCredentials = new SigningCredentials(Key, SecurityAlgorithms.RsaSha256),
        };
        if (role is not null)
        {
            token.Claims["role"] = role;
        }

        change?.Invoke(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }
}
