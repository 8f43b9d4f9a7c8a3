using Grpc.Net.Client.Balancer;

namespace OnlineCF.Client.Connections;

/// <summary>Hands gRPC the resolver that knows the addresses already; a whole container would be a dependency more.</summary>
internal sealed class StaticServices(IEnumerable<Uri> addresses) : IServiceProvider
{
    private readonly ResolverFactory[] _resolvers =
        [new StaticResolverFactory(_ => addresses.Select(x => new BalancerAddress(x.IdnHost, x.Port)))];

    /// <inheritdoc/>
    public object? GetService(Type serviceType) => serviceType == typeof(IEnumerable<ResolverFactory>) ? _resolvers : null;
}
