using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using OnlineCF.Core;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Server.Services;
using OnlineCF.Server.Settings;
using Orleans.Runtime;

namespace OnlineCF.Server.Errors;

/// <summary>The one place where exceptions become gRPC statuses, and where errors and open streams are counted.</summary>
public sealed partial class ErrorInterceptor(
    LimitsOptions limits, StreamLife streams, OnlineCFInstruments instruments, ILogger<ErrorInterceptor> logger) : Interceptor
{
    /// <inheritdoc/>
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception exception)
        {
            throw Counted(exception as RpcException ?? Translate(exception, context));
        }
    }

    /// <inheritdoc/>
    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        TResponse? response = null;
        await CountedAsync(context, async () => response = await continuation(requestStream, context));
        return response!;
    }

    /// <inheritdoc/>
    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountedAsync(context, () => continuation(request, responseStream, context));

    /// <inheritdoc/>
    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation) =>
        CountedAsync(context, () => continuation(requestStream, responseStream, context));

    private async Task CountedAsync(ServerCallContext context, Func<Task> call)
    {
        try
        {
            if (!streams.TryOpen(limits.MaxConcurrentStreams))
            {
                throw Refusals.Exhausted(
                    $"More than {limits.MaxConcurrentStreams} streams are open (Limits:MaxConcurrentStreams).");
            }

            await call();
        }
        catch (Exception exception)
        {
            throw Counted(exception as RpcException ?? Translate(exception, context));
        }
        finally
        {
            streams.Close();
        }
    }

    // A client that goes away, as all do that watch, is no error.
    private RpcException Counted(RpcException error)
    {
        if (error.StatusCode != StatusCode.Cancelled)
        {
            instruments.OnError(error.StatusCode);
        }

        return error;
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
            case StoreUnavailableException:
                // Once for many calls the store itself says what is wrong.
                LogStoreAway(context.Method, exception.Message);
                return Unavailable(exception.Message);
            case TimeoutException or OrleansException:
                LogUnavailable(context.Method, exception);
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

    [LoggerMessage(EventId = 4001, Level = LogLevel.Warning, Message = "{Method} is unavailable.")]
    private partial void LogUnavailable(string method, Exception exception);

    [LoggerMessage(EventId = 4007, Level = LogLevel.Debug, Message = "{Method} is unavailable: {Reason}")]
    private partial void LogStoreAway(string method, string reason);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "{Method} failed.")]
    private partial void LogInternal(string method, Exception exception);
}
