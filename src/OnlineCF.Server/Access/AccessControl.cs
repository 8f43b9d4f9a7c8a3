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

    /// <summary>Nothing, when the caller may.</summary>
    /// <exception cref="RpcException">UNAUTHENTICATED without a good key, PERMISSION_DENIED with one of another role.</exception>
    public ValueTask RequireAsync(ServerCallContext context) => options.Keys
        ? CheckAsync(context)
        : NoteAsync(context, "anybody");

    /// <summary>Whether a request of the http port for what only looks may pass: metrics and health.</summary>
    public async ValueTask<bool> MayLookAsync(HttpContext context) =>
        !options.Keys || IsNear(context) || await KeyOfAsync(context) is not null;

    private async ValueTask CheckAsync(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (!context.Method.StartsWith(OwnServices, StringComparison.Ordinal))
        {
            // Health and reflection.
            _ = IsNear(http) || await KeyOfAsync(http) is not null ? true : throw Unknown(http);
            return;
        }

        var key = await KeyOfAsync(http) ?? throw Unknown(http);
        if (RpcRoles.Of(context.Method) is not { } role || key.Role < role)
        {
            throw new RpcException(new Status(
                StatusCode.PermissionDenied, $"This wants the role {RpcRoles.Of(context.Method)?.ToString().ToLowerInvariant() ?? "of nobody"}; the key has {key.Role.ToString().ToLowerInvariant()}."));
        }

        await NoteAsync(context, "key " + key.KeyId);
    }

    private ValueTask NoteAsync(ServerCallContext context, string who)
    {
        if (RpcRoles.IsNoted(context.Method))
        {
            var address = context.GetHttpContext().Connection.RemoteIpAddress;
            LogCalled(who, address, context.Method);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask<AccessKey?> KeyOfAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? await keys.FindAsync(header[Scheme.Length..].Trim(), context.RequestAborted)
            : null;
    }

    private static bool IsNear(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

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
