using Grpc.Core;

namespace OnlineCF.Server.Services;

/// <summary>How long streams go on.</summary>
public sealed class StreamLife(IHostApplicationLifetime lifetime)
{
    /// <summary>Cancelled when the client goes away and when the server stops, which waits for no stream.</summary>
    public CancellationTokenSource Of(ServerCallContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
}
