using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace OnlineCF.Cli.Local;

/// <summary>A call that came over no wire.</summary>
internal sealed class InProcessContext(string method, CallOptions options) : ServerCallContext
{
    // Where gRPC on ASP.NET Core looks for the request of a call that is not its own.
    private const string HttpContextKey = "__HttpContext";

    // Budgets go by the caller's address.
    private static readonly HttpContext ThisMachine =
        new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Loopback } };

    /// <inheritdoc/>
    protected override IDictionary<object, object> UserStateCore { get; } =
        new Dictionary<object, object> { [HttpContextKey] = ThisMachine };

    /// <inheritdoc/>
    protected override string MethodCore => method;

    /// <inheritdoc/>
    protected override string HostCore => "localhost";

    /// <inheritdoc/>
    protected override string PeerCore => "in-process";

    /// <inheritdoc/>
    protected override DateTime DeadlineCore => options.Deadline ?? DateTime.MaxValue;

    /// <inheritdoc/>
    protected override Metadata RequestHeadersCore => options.Headers ?? Metadata.Empty;

    /// <inheritdoc/>
    protected override CancellationToken CancellationTokenCore => options.CancellationToken;

    /// <inheritdoc/>
    protected override Metadata ResponseTrailersCore { get; } = [];

    /// <inheritdoc/>
    protected override Status StatusCore { get; set; }

    /// <inheritdoc/>
    protected override WriteOptions? WriteOptionsCore { get; set; }

    /// <inheritdoc/>
    protected override AuthContext AuthContextCore { get; } = new(null, []);

    /// <inheritdoc/>
    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
