using Grpc.Core;
using Grpc.Core.Interceptors;

namespace OnlineCF.Client.Connections;

/// <summary>Gives each call what its caller did not: a deadline, and the token.</summary>
internal sealed class CallDefaults(OnlineCFClientOptions options) : Interceptor
{
    private const string Authorization = "authorization";

    private volatile string? _token = Checked(options.Token);

    /// <summary>Who calls; null for nobody.</summary>
    public string? Token
    {
        get => _token;
        set => _token = Checked(value);
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Of(context, options.CallTimeout));

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Of(context, options.CallTimeout));

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Of(context, options.UploadTimeout));

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request,
        ClientInterceptorContext<TRequest, TResponse> context,
        AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(request, Of(context, Timeout.InfiniteTimeSpan));

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation) =>
        continuation(Of(context, Timeout.InfiniteTimeSpan));

    private ClientInterceptorContext<TRequest, TResponse> Of<TRequest, TResponse>(
        ClientInterceptorContext<TRequest, TResponse> context, TimeSpan timeout)
        where TRequest : class
        where TResponse : class
    {
        var call = context.Options;
        if (call.Deadline is null && timeout != Timeout.InfiniteTimeSpan)
        {
            // gRPC holds it against the machine's clock.
            call = call.WithDeadline(TimeProvider.System.GetUtcNow().UtcDateTime + timeout);
        }

        if (_token is { } token && call.Headers?.Get(Authorization) is null)
        {
            call = call.WithHeaders(With(call.Headers, token));
        }

        return new ClientInterceptorContext<TRequest, TResponse>(context.Method, context.Host, call);
    }

    // A copy: the caller's may serve several calls.
    private static Metadata With(Metadata? headers, string token)
    {
        var all = new Metadata();
        foreach (var entry in headers ?? [])
        {
            all.Add(entry);
        }

        all.Add(Authorization, $"Bearer {token}");
        return all;
    }

    private static string? Checked(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        return token.All(x => x is > ' ' and < '\x7f')
            ? token
            : throw new ArgumentException("A token is visible ASCII characters without a space.", nameof(token));
    }
}
