using System.Net;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using OnlineCF.Core.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Access;

/// <summary>Who may do what: each call's key or token against the role that its rpc wants.</summary>
public sealed partial class AccessControl(AccessOptions options, KeyTable keys, ILogger<AccessControl> logger)
{
    private const string OwnServices = "/onlinecf.";

    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>A caller who may; null where nobody is asked.</summary>
    /// <exception cref="RpcException">
    /// UNAUTHENTICATED without a good key or token, PERMISSION_DENIED with one of another role, UNAVAILABLE where a token
    /// cannot be checked.
    /// </exception>
    public async ValueTask<Caller?> RequireAsync(ServerCallContext context)
    {
        var caller = options.IsOn ? await CheckAsync(context) : null;
        if (RpcRoles.IsNoted(context.Method))
        {
            var connection = context.GetHttpContext().Connection;
            var (name, address) = (caller?.Name ?? NameOf(connection.ClientCertificate), Plain(connection.RemoteIpAddress));
            LogCalled(name, address, context.Method);
        }

        return caller;
    }

    /// <summary>Runs a call that lasts until it ends or what its caller came with is good no longer.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED when it was revoked or has expired.</exception>
    public async Task RunAsync(Caller? caller, ServerCallContext context, Func<ServerCallContext, Task> call)
    {
        if (caller is null)
        {
            await call(context);
            return;
        }

        using var use = keys.Use(caller, context.CancellationToken);
        try
        {
            await call(new KeyUseContext(context, use.Token));
        }
        catch (Exception) when (use.IsLost && !context.CancellationToken.IsCancellationRequested)
        {
            // It ends because it was told to.
        }

        if (use.IsLost)
        {
            throw Unknown(context.GetHttpContext(), "");
        }
    }

    /// <summary>Whether a request of the http port for what only looks may pass: metrics and health.</summary>
    public async ValueTask<bool> MayLookAsync(HttpContext context) =>
        !options.IsOn || IsNear(context) || (await CallerOfAsync(context)).Caller?.Role is not null;

    private async ValueTask<Caller?> CheckAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (!context.Method.StartsWith(OwnServices, StringComparison.Ordinal))
        {
            // Health and reflection.
            return IsNear(http) ? null : await KnownAsync(http, AccessRole.Reader);
        }

        return await KnownAsync(http, RpcRoles.Of(context.Method));
    }

    private async ValueTask<Caller> KnownAsync(HttpContext context, AccessRole? wanted)
    {
        var (caller, reason) = await CallerOfAsync(context);
        if (caller is null)
        {
            throw Unknown(context, reason);
        }

        if (wanted is null || caller.Role is not { } role)
        {
            throw Denied(wanted, $"the token's claim '{options.Jwt.RoleClaim}' names none");
        }

        return role >= wanted ? caller : throw Denied(wanted, $"yours is {NameOf(role)}");
    }

    private async ValueTask<(Caller? Caller, string Reason)> CallerOfAsync(HttpContext context)
    {
        var text = IssuedTokens.BearerOf(context.Request);
        if (options.Jwt.IsOn && text.Length > 0 && !KeyText.IsKey(text))
        {
            return await IssuedTokens.FindAsync(context, options.Jwt);
        }

        return options.Keys && await keys.FindAsync(text, context.RequestAborted) is { } key ? (Caller.Of(key), "") : (null, "");
    }

    // Who comes through a proxy of this machine is not near.
    private static bool IsNear(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey);

    private static RpcException Denied(AccessRole? wanted, string had) => new(new Status(
        StatusCode.PermissionDenied, $"This wants the role {NameOf(wanted)}; {had}."));

    // A socket for both protocols knows addresses of IPv4 as those of IPv6.
    private static IPAddress? Plain(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static string NameOf(X509Certificate2? certificate) =>
        certificate is null ? "anybody" : $"certificate of {IssuedTokens.Printable(certificate.Subject)}";

    private static string NameOf(AccessRole? role) => role?.ToString().ToLowerInvariant() ?? "of nobody";

    private RpcException Unknown(HttpContext context, string reason)
    {
        if (!context.Response.HasStarted && !context.Request.Protocol.StartsWith("HTTP/2", StringComparison.Ordinal))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        var wanted = options switch
        {
            { Keys: true, Jwt.IsOn: true } => "a key or a token",
            { Keys: true } => "a key",
            _ => "a token",
        };
        return new RpcException(new Status(
            StatusCode.Unauthenticated,
            $"This server wants {wanted}, which is good and not expired, as authorization: Bearer {(options.Keys ? "KEY" : "TOKEN")}.{reason}"));
    }

    [LoggerMessage(EventId = 4081, Level = LogLevel.Information, Message = "{Who} at {Address} calls {Method}.")]
    private partial void LogCalled(string who, IPAddress? address, string method);
}
