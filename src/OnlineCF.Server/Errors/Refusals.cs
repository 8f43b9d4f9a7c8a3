using Grpc.Core;

namespace OnlineCF.Server.Errors;

/// <summary>What a request is refused with. Every message names the field.</summary>
internal static class Refusals
{
    /// <summary>Counts reach this far.</summary>
    public const int MaxCount = 1000;

    /// <summary>INVALID_ARGUMENT.</summary>
    public static RpcException Invalid(string field, string reason) =>
        new(new Status(StatusCode.InvalidArgument, $"{field} {reason}"));

    /// <summary>RESOURCE_EXHAUSTED.</summary>
    public static RpcException Exhausted(string detail) => new(new Status(StatusCode.ResourceExhausted, detail));

    /// <summary>NOT_FOUND.</summary>
    public static RpcException NotFound(string detail) => new(new Status(StatusCode.NotFound, detail));

    /// <summary>FAILED_PRECONDITION.</summary>
    public static RpcException Precondition(string detail) => new(new Status(StatusCode.FailedPrecondition, detail));

    /// <summary>The id, when it is one.</summary>
    public static long Id(long id, string field) =>
        id > 0 ? id : throw Invalid(field, $"must be greater than 0, was {id}");

    /// <summary>The count, or its default for 0.</summary>
    public static int Count(int count, string field, int defaultCount, int most = MaxCount) =>
        count == 0 ? defaultCount
        : count > 0 && count <= most ? count
        : throw Invalid(field, $"must be from 1 to {most}, was {count}");

    /// <summary>Nothing, when there are not too many.</summary>
    public static void AtMost(int count, int limit, string field, string setting)
    {
        if (count > limit)
        {
            throw Exhausted($"{field} has {count} entries; at most {limit} are taken (Limits:{setting})");
        }
    }
}
