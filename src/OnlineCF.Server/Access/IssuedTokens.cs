using System.Security.Claims;
using Grpc.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OnlineCF.Core.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Access;

/// <summary>
/// JSON Web Tokens of the issuer that the settings name (RFC 7519): signed by a key that it publishes, for this audience,
/// begun and not expired.
/// </summary>
internal static class IssuedTokens
{
    private const string Scheme = JwtBearerDefaults.AuthenticationScheme;
    private const int LongestName = 100;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    // By public keys alone: of a secret that both sides know the issuer publishes nothing.
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>Takes tokens.</summary>
    public static void Add(IServiceCollection services, JwtOptions options) =>
        services.AddAuthentication().AddJwtBearer(bearer =>
        {
            bearer.Authority = options.Issuer!.OriginalString;
            bearer.Audience = options.Audience;
            bearer.RequireHttpsMetadata = !options.Issuer.IsLoopback;
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters.ValidIssuer = options.Issuer.OriginalString;
            bearer.TokenValidationParameters.ValidAlgorithms = Algorithms;
            bearer.TokenValidationParameters.ClockSkew = ClockSkew;

            // Keys are not tokens.
            bearer.Events = new JwtBearerEvents { OnMessageReceived = LeaveKeys };
        });

    /// <summary>The caller whom a token names; null where it is not good.</summary>
    /// <exception cref="RpcException">UNAVAILABLE while the issuer's keys are not known.</exception>
    public static async ValueTask<(Caller? Caller, string Reason)> FindAsync(HttpContext context, JwtOptions options)
    {
        var result = await context.AuthenticateAsync(Scheme);
        if (result.Succeeded)
        {
            var subject = Printable(result.Principal.FindFirstValue("sub") ?? "nobody");
            return (new Caller($"token of {subject}", RoleOf(result.Principal, options), null, result.Properties.ExpiresUtc + ClockSkew), "");
        }

        if (result.Failure is SecurityTokenSignatureKeyNotFoundException)
        {
            await RequireIssuerAsync(context);
        }

        return (null, ReasonOf(result.Failure));
    }

    private static Task LeaveKeys(MessageReceivedContext message)
    {
        if (KeyText.IsKey(BearerOf(message.Request)))
        {
            message.NoResult();
        }

        return Task.CompletedTask;
    }

    /// <summary>What follows <c>Bearer</c> in a request's header; empty where nothing does.</summary>
    public static string BearerOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) ? header[(Scheme.Length + 1)..].Trim() : "";
    }

    // A token that names several roles may what the highest may; scopes come as one text, with spaces.
    private static AccessRole? RoleOf(ClaimsPrincipal caller, JwtOptions options) => caller.FindAll(options.RoleClaim)
        .SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(word => word switch
        {
            "reader" => AccessRole.Reader,
            "writer" => AccessRole.Writer,
            "admin" => AccessRole.Admin,
            _ => (AccessRole?)null,
        }).Max();

    // Without the issuer's keys no token can be told from another: that is not the caller's fault.
    private static async Task RequireIssuerAsync(HttpContext context)
    {
        var bearer = context.RequestServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(Scheme);
        try
        {
            await bearer.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted);
        }
        catch (InvalidOperationException)
        {
            throw new RpcException(new Status(
                StatusCode.Unavailable, "The issuer of tokens (Access:Jwt:Issuer) gives no keys to check them by. Try again."));
        }
    }

    private static string ReasonOf(Exception? failure) => failure switch
    {
        null => "",
        SecurityTokenExpiredException => " The token has expired.",
        SecurityTokenNotYetValidException => " The token is not good yet.",
        SecurityTokenInvalidAudienceException => " The token is for another audience than Access:Jwt:Audience.",
        SecurityTokenInvalidIssuerException => " The token is of another issuer than Access:Jwt:Issuer.",
        _ => " The token is not one that the issuer signed.",
    };

    /// <summary>What a stranger calls itself, fit for a line of the log.</summary>
    public static string Printable(string text) =>
        new([.. text.Take(LongestName).Select(letter => char.IsControl(letter) ? '?' : letter)]);
}
