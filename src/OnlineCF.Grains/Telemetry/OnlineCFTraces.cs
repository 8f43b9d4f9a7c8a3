using System.Diagnostics;

namespace OnlineCF.Grains.Telemetry;

/// <summary>The product's own spans, beside those of ASP.NET Core and of grain calls.</summary>
public static class OnlineCFTraces
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "OnlineCF";

    /// <summary>The span from handing ratings to the log until they are durable.</summary>
    public const string Append = "rating_log.append";

    internal static ActivitySource Source { get; } = new(SourceName);
}
