using System.Globalization;
using Grpc.Core;

namespace OnlineCF.Server.Limits;

/// <summary>
/// RESOURCE_EXHAUSTED by what others or the caller do at the same time; it passes, and <c>retry-after</c> says in how many
/// seconds.
/// </summary>
/// <param name="setting">The limit's name under <c>Limits:</c>.</param>
/// <param name="reason">What is too much.</param>
/// <param name="retryAfter">When it may be tried again.</param>
public sealed class OverLimitException(string setting, string reason, TimeSpan retryAfter) : RpcException(
    new Status(StatusCode.ResourceExhausted, $"{reason} (Limits:{setting})"),
    new Metadata { { RetryAfterHeader, SecondsOf(retryAfter) } })
{
    /// <summary>The trailer that says when to try again.</summary>
    public const string RetryAfterHeader = "retry-after";

    /// <summary>The limit's name under <c>Limits:</c>.</summary>
    public string Setting { get; } = setting;

    /// <summary>Whole seconds after which it may be tried again, one at least.</summary>
    public string RetryAfterSeconds { get; } = SecondsOf(retryAfter);

    private static string SecondsOf(TimeSpan pause) =>
        Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
