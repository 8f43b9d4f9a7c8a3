using System.Net;
using Grpc.Core;
using OnlineCF.Core.Access;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Access;

/// <summary>Who may do what: each call's key against the role that its rpc wants.</summary>
public sealed partial class AccessControl(AccessOptions options, KeyTable keys, ILogger<AccessControl> logger)
{
    private const string Scheme = "Bearer ";
    private const string OwnServices = "/onlinecf.";

    private static readonly string[] ProxyHeaders = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"];

    /// <summary>The key of a caller who may; null where none is wanted.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED without a good key, PERMISSION_DENIED with one of another role.</exception>
    public async ValueTask<AccessKey?> RequireAsync(ServerCallContext context)
    {
        var key = options.Keys ? await CheckAsync(context) : null;
        if (RpcRoles.IsNoted(context.Method))
        {
            var who = key is null ? "anybody" : "key " + key.KeyId;
            var address = context.GetHttpContext().Connection.RemoteIpAddress;
            LogCalled(who, address, context.Method);
        }

        return key;
    }

    /// <summary>Runs a call that lasts until it ends or its key is good no longer.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED when the key was revoked or expired.</exception>
    public async Task RunAsync(AccessKey? key, ServerCallContext context, Func<ServerCallContext, Task> call)
    {
        if (key is null)
        {
            await call(context);
            return;
        }

        using var use = keys.Use(key, context.CancellationToken);
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
            throw Unknown(context.GetHttpContext());
        }
    }

    /// <summary>Whether a request of the http port for what only looks may pass: metrics and health.</summary>
    public async ValueTask<bool> MayLookAsync(HttpContext context) =>
        !options.Keys || IsNear(context) || await KeyOfAsync(context) is not null;

    private async ValueTask<AccessKey?> CheckAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (!context.Method.StartsWith(OwnServices, StringComparison.Ordinal))
        {
            // Health and reflection.
            return IsNear(http) ? null : await KeyOfAsync(http) ?? throw Unknown(http);
        }

        var key = await KeyOfAsync(http) ?? throw Unknown(http);
        if (RpcRoles.Of(context.Method) is not { } role || key.Role < role)
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied, $"This wants the role {RpcRoles.Of(context.Method)?.ToString().ToLowerInvariant() ?? "of nobody"}; the key has {key.Role.ToString().ToLowerInvariant()}."));
        }

        return key;
    }

    private async ValueTask<AccessKey?> KeyOfAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await keys.FindAsync(header[Scheme.Length..].Trim(), context.RequestAborted)
            : null;
    }

    // Who comes through a proxy of this machine is not near.
    private static bool IsNear(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Array.Exists(ProxyHeaders, context.Request.Headers.ContainsKey);

    private static RpcException Unknown(HttpContext context)
    {
        if (!context.Response.HasStarted && !context.Request.Protocol.StartsWith("HTTP/2", StringComparison.Ordinal))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return new RpcException(new Status(
            StatusCode.Unauthenticated, "This server wants a key, which is good and not expired, as authorization: Bearer KEY."));
    }

    [LoggerMessage(EventId = 4081, Level = LogLevel.Information, Message = "{Who} at {Address} calls {Method}.")]
    private partial void LogCalled(string who, IPAddress? address, string method);
}
