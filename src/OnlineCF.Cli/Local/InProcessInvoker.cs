using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;
using OnlineCF.Server.Services;

namespace OnlineCF.Cli.Local;

/// <summary>
/// Calls the services of a server in this process with all that is behind them, and the same errors, but without the
/// wire: nothing is written to a socket and read again. Calls with one request and one answer alone.
/// </summary>
internal sealed class InProcessInvoker : CallInvoker
{
    private readonly Methods _methods = new();
    private readonly ErrorInterceptor _errors;

    /// <summary>Makes the services from what the server is made of.</summary>
    public InProcessInvoker(IServiceProvider services)
    {
        _errors = ActivatorUtilities.CreateInstance<ErrorInterceptor>(services);
        RatingService.BindService(_methods, ActivatorUtilities.CreateInstance<RatingGrpcService>(services));
        RecommendationService.BindService(_methods, ActivatorUtilities.CreateInstance<RecommendationGrpcService>(services));
    }

    /// <inheritdoc/>
    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var answer = _errors.UnaryServerHandler(
            request, new InProcessContext(method.FullName, options), _methods.Find<TRequest, TResponse>(method.FullName));
        return new AsyncUnaryCall<TResponse>(
            answer, Task.FromResult(Metadata.Empty), () => Status.DefaultSuccess, () => Metadata.Empty, () => { });
    }

    /// <inheritdoc/>
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

    /// <summary>The services' methods by their full names.</summary>
    private sealed class Methods : ServiceBinderBase
    {
        private readonly Dictionary<string, Delegate> _handlers = [];

        public UnaryServerMethod<TRequest, TResponse> Find<TRequest, TResponse>(string name)
            where TRequest : class
            where TResponse : class => (UnaryServerMethod<TRequest, TResponse>)_handlers[name];

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) => _handlers[method.FullName] = handler!;

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
        }
    }
}
