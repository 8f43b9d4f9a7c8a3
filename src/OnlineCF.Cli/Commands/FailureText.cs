using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;
using OnlineCF.Client;

namespace OnlineCF.Cli.Commands;

/// <summary>Turns what went wrong into one line: what, why, what to do.</summary>
internal static class FailureText
{
    /// <summary>The line and the exit code; null for a fault of the program itself.</summary>
    public static (int ExitCode, string Text)? Of(Exception exception, ServerAddresses server) => exception switch
    {
        CommandException e => (e.ExitCode, e.Message),
        ServerLostException e => (ExitCodes.NoServer,
            $"The server at {server} went away and did not come back within a minute ({WhyGone(e.Last)}). "
            + "Start it and run the same command again: what has arrived counts as duplicate."),
        RpcException e => OfRpc(e, server),
        IOException or InvalidDataException or UnauthorizedAccessException => (ExitCodes.Error, exception.Message),
        _ => null,
    };

    /// <summary>Why the server could not be reached or could not do it, in a few words.</summary>
    public static string WhyGone(RpcException e) => ConnectionErrorOf(e) ?? e.Status.Detail.TrimEnd('.');

    private static (int ExitCode, string Text) OfRpc(RpcException e, ServerAddresses server)
    {
        var detail = e.Status.Detail.TrimEnd('.');
        return e.StatusCode switch
        {
            _ when Of<AuthenticationException>(e) is { } refused => (ExitCodes.NoServer,
                $"TLS with {server} failed: {refused.Message.TrimEnd('.')}. A certificate of your own authority is trusted where "
                + "--ca or ONLINECF_CA names that authority's; a server without a certificate is asked by http://."),
            _ when server.First.Scheme == Uri.UriSchemeHttps && IsBrokenOff(e) => (ExitCodes.NoServer,
                $"What listens at {server} broke the connection off. Where the server wants a certificate of its clients, one that its "
                + "authority has signed, name yours with --cert or ONLINECF_CERT."),
            _ when IsWrongProtocol(e) => (ExitCodes.NoServer,
                $"What listens at {server} does not speak gRPC. Give the gRPC port (5081 by default) with --server, "
                + "and https:// where the server has a certificate."),
            StatusCode.Unavailable when ConnectionErrorOf(e) is { } why => (ExitCodes.NoServer,
                $"No server answers at {server} ({why}). Start one, or name its address with --server or ONLINECF_SERVER."),
            StatusCode.Unavailable => (ExitCodes.Error, $"The server cannot do it now: {detail}. Try again later."),
            StatusCode.DeadlineExceeded => (ExitCodes.Error, $"The server at {server} took too long to answer. Try again."),
            StatusCode.Unauthenticated => (ExitCodes.Error,
                $"The server wants to know who you are: {detail}. Give a token with --token or ONLINECF_TOKEN."),
            StatusCode.PermissionDenied => (ExitCodes.Error, $"Not allowed: {detail}."),
            StatusCode.Unimplemented => (ExitCodes.Error,
                $"The server at {server} does not know this call ({detail}). Is it an older version?"),
            StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition
                or StatusCode.ResourceExhausted or StatusCode.AlreadyExists => (ExitCodes.Error, $"{detail}."),
            _ => (ExitCodes.Error, $"The server failed ({e.StatusCode}): {detail}."),
        };
    }

    private static string? ConnectionErrorOf(RpcException e)
    {
        if (Of<SocketException>(e) is { } socket)
        {
            return socket.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => "connection refused",
                SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "unknown host",
                SocketError.TimedOut => "no answer",
                _ => socket.SocketErrorCode.ToString(),
            };
        }

        return e.Status.DebugException switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "unknown host",
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "cannot connect",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS failed",
            HttpRequestException or IOException => "the connection broke",
            TimeoutException or OperationCanceledException => "no answer",
            _ => null,
        };
    }

    // The first of its kind among the causes.
    private static T? Of<T>(RpcException e)
        where T : Exception
    {
        var inner = e.Status.DebugException;
        while (inner is not null and not T)
        {
            inner = inner.InnerException;
        }

        return inner as T;
    }

    // Of TLS 1.3 a client hears that it was refused when it reads, as whatever comes first.
    private static bool IsBrokenOff(RpcException e) =>
        e.Status.DebugException is HttpRequestException
        {
            HttpRequestError: not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.VersionNegotiationError),
        }
        && Of<SocketException>(e) is null or { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown };

    private static bool IsWrongProtocol(RpcException e) =>
        e.Status.DebugException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError
                or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded,
        }
        || e.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal);
}
