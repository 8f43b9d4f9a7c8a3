using System.Globalization;
using Grpc.Core;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Server.Errors;

/// <summary>
/// A unary message that cannot be parsed fails before any interceptor is asked, as UNKNOWN; nothing else
/// leaves the server with that status, so it is turned into INVALID_ARGUMENT here.
/// </summary>
internal static class MalformedMessageStatus
{
    private const string StatusHeader = "grpc-status";
    private static readonly string Unknown = ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture);
    private static readonly string Invalid = ((int)StatusCode.InvalidArgument).ToString(CultureInfo.InvariantCulture);

    /// <summary>To be used before the gRPC endpoints.</summary>
    public static void UseMalformedMessageStatus(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        await next(context);
        if (!context.Response.HasStarted && context.Response.Headers[StatusHeader] == Unknown)
        {
            context.Response.Headers[StatusHeader] = Invalid;
            app.ApplicationServices.GetRequiredService<OnlineCFInstruments>().OnError(StatusCode.InvalidArgument);
            context.Response.Headers["grpc-message"] = "The message is not a valid protobuf message of this rpc.";
        }
    });
}
