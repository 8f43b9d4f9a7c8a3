using System.Text.Json;
using Grpc.Core;
using OnlineCF.Grains.Telemetry;

namespace OnlineCF.Server.Errors;

/// <summary>Errors in the metrics.</summary>
internal static class ErrorCount
{
    /// <summary>When a request ends in an error.</summary>
    public static void OnError(this OnlineCFInstruments instruments, StatusCode code) =>
        instruments.OnError(JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()));

    /// <summary>When a request is refused by a limit.</summary>
    /// <param name="instruments">Where it is counted.</param>
    /// <param name="setting">The limit's name under <c>Limits:</c>.</param>
    public static void OnLimited(this OnlineCFInstruments instruments, string setting) =>
        instruments.OnCallLimited(JsonNamingPolicy.SnakeCaseLower.ConvertName(setting));
}
