using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using OnlineCF.Core;
using OnlineCF.Core.Models;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Server.Access;
using OnlineCF.Server.Limits;
using Orleans.Runtime;

namespace OnlineCF.Server.Errors;

/// <summary>The one place where exceptions become gRPC statuses, where errors are counted and where requests get in, or not.</summary>
public sealed partial class ErrorInterceptor(
    Admission admission, AccessControl access, OutageLog outages, OnlineCFInstruments instruments, ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            var caller = await access.RequireAsync(context);
            using var place = admission.Enter(RequestKind.Call, caller, context);
            admission.Take(request, caller, context);

            // Whom nobody waits for any more, nothing is worked out for.
            context.CancellationToken.ThrowIfCancellationRequested();
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Counted(exception, context);
        }
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await CountedAsync(context, RequestKind.Upload, async (_, held) => response = await continuation(requestStream, held));
        return response!;
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountedAsync(
            context,
            HttpProtocol.IsHttp2(context.GetHttpContext().Request.Protocol) ? RequestKind.Watch : RequestKind.PageWatch,
            (_, held) => continuation(request, responseStream, held));

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountedAsync(
            context,
            RequestKind.RatingStream,
            (caller, held) => continuation(admission.Paced(requestStream, caller, held), responseStream, held));

    private async Task CountedAsync(ServerCallContext context, RequestKind kind, Func<Caller?, ServerCallContext, Task> call)
    {
        try
        {
            var caller = await access.RequireAsync(context);
            using var place = admission.Enter(kind, caller, context);
            await access.RunAsync(caller, context, held => call(caller, held));
        }
        catch (Exception exception)
        {
            throw Counted(exception, context);
        }
    }

    private RpcException Counted(Exception exception, ServerCallContext context)
    {
        var error = exception as RpcException ?? Translate(exception, context);
        if (error.StatusCode != StatusCode.Cancelled)
        {
            instruments.OnError(error.StatusCode);
        }

        if (error is OverLimitException limited)
        {
            OnLimited(limited, context.GetHttpContext());
        }

        return error;
    }

    // JSON has no trailers to say it in.
    private void OnLimited(OverLimitException limited, HttpContext http)
    {
        instruments.OnLimited(limited.Setting);
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null && !http.Response.HasStarted)
        {
            http.Response.Headers.RetryAfter = limited.RetryAfterSeconds;
        }
    }

    private RpcException Translate(Exception exception, ServerCallContext context)
    {
        // Kestrel reports a client that goes away as an IOException, at times before it cancels the call.
        if (context.CancellationToken.IsCancellationRequested || exception is IOException and not InvalidProtocolBufferException)
        {
            return new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled."));
        }

        switch (exception)
        {
            case InvalidProtocolBufferException:
                return new RpcException(new Status(
                    StatusCode.InvalidArgument, "The message is not a valid protobuf message of this rpc."));
            case ModelNotFoundException:
                return Refusals.NotFound(exception.Message);
            case StoreUnavailableException:
                // Once for many calls the store itself says what is wrong.
                LogStoreAway(context.Method, exception.Message);
                return Unavailable(exception.Message);
            case TimeoutException or OrleansException:
                outages.OnUnavailable(context.Method, exception.Message);
                return Unavailable("The server could not answer in time. Nothing was acknowledged; try again.");
            case OperationCanceledException:
                return Unavailable("The server is stopping. Try again.");
            default:
                LogInternal(context.Method, exception);
                return new RpcException(new Status(
                    StatusCode.Internal, "The server failed on this request; its log says why."));
        }
    }

    private static RpcException Unavailable(string detail) => new(new Status(StatusCode.Unavailable, detail));

    [LoggerMessage(EventId = 4007, Level = LogLevel.Debug, Message = "{Method} is unavailable: {Reason}")]
    private partial void LogStoreAway(string method, string reason);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void LogInternal(string method, Exception exception);
}
