using Grpc.Core;

namespace OnlineCF.Client;

/// <summary>
/// No silo acknowledged anything for as long as a <see cref="RatingStream"/> was to wait. What is not acknowledged may or
/// may not have arrived; sent again, what has arrived is <c>duplicate</c>.
/// </summary>
public sealed class ServerLostException : Exception
{
    /// <summary>After the last attempt.</summary>
    internal ServerLostException(RpcException last, long unacknowledged)
        : base($"No server answered in time ({last.Status.Detail}).", last) =>
        (Last, Unacknowledged) = (last, unacknowledged);

    /// <summary>How the last attempt ended.</summary>
    public RpcException Last { get; }

    /// <summary>Ratings that were written and never acknowledged.</summary>
    public long Unacknowledged { get; }
}
