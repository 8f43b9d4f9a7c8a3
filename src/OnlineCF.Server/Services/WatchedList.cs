using OnlineCF.Protocol.V1;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Services;

/// <summary>
/// A watch whose client reads slowly keeps one list that is on its way; the next is made, from what is true then, when
/// that has gone out. So the bound of a list is the bound of what such a client costs.
/// </summary>
internal static class WatchedList
{
    /// <summary>
    /// Bytes of a watched list at most, on the wire. One that nobody reads keeps some five and a half times as many in
    /// memory, its messages and gRPC's and the connection's buffers: together 1 MB a client.
    /// </summary>
    public const int MaxBytes = 180 * 1024;

    /// <summary>The list, where it may be watched.</summary>
    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: it is larger.</exception>
    public static RecommendResponse Bounded(RecommendResponse list) => list.CalculateSize() is var bytes && bytes <= MaxBytes
        ? list
        : throw Refusals.Exhausted($"The list has {bytes} bytes; one that is watched has at most {MaxBytes}. Ask for fewer movies or reasons");
}
