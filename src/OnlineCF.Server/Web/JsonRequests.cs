using System.Globalization;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Web;

/// <summary>
/// What transcoding would answer without saying what is wrong: numbers in paths and queries that are none, paths that do
/// not exist, and posts without a body, which mean an empty message here.
/// </summary>
internal static class JsonRequests
{
    private const string Api = "/v1";

    /// <summary>To be used before the endpoints.</summary>
    public static void UseJsonRequests(this IApplicationBuilder app)
    {
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            var message = $"There is no {context.Request.Method} {context.Request.Path}; /docs lists what there is.";
            return context.Request.Path.StartsWithSegments(Api)
                ? RefuseAsync(context, context.Response.StatusCode, StatusCode.NotFound, message)
                : context.Response.StatusCode == StatusCodes.Status404NotFound ? context.Response.WriteAsync(message + "\n") : Task.CompletedTask;
        });
        app.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } rpc)
            {
                return next(context);
            }

            if (IsOfAnotherSite(context.Request))
            {
                return RefuseAsync(
                    context, StatusCodes.Status403Forbidden, StatusCode.PermissionDenied, "A page of another site may not change anything here.");
            }

            if (Fault(context.Request, rpc.MethodDescriptor.InputType) is { } fault)
            {
                return RefuseAsync(context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument, fault);
            }

            if (!HttpMethods.IsPost(context.Request.Method))
            {
                return next(context);
            }

            if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            {
                (context.Request.ContentType, context.Request.Body) = ("application/json", new MemoryStream("{}"u8.ToArray()));
            }

            return context.Request.HasJsonContentType()
                ? next(context)
                : RefuseAsync(
                    context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument,
                    $"The body's type is '{context.Request.ContentType}'; send JSON with the header Content-Type: application/json.");
        });
    }

    // A browser sends a page's post without asking first whether the server wants it, where it has no body or the form's.
    private static bool IsOfAnotherSite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method))
        {
            return false;
        }

        return request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site
            ? site is not ("same-origin" or "none")
            : request.Headers.Origin.ToString() is { Length: > 0 } origin
                && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == request.Host.Value);
    }

    private static string? Fault(HttpRequest request, MessageDescriptor message) =>
        request.RouteValues.Select(route => (Field: route.Key, Text: route.Value as string))
            .Concat(request.Query.SelectMany(query => query.Value, (query, text) => (Field: query.Key, Text: text)))
            .Select(given => Expected(Find(message, given.Field), given.Text ?? "") is { } expected
                ? $"{given.Field} must be {expected}, was '{given.Text}'" : null)
            .FirstOrDefault(fault => fault is not null);

    // What a value would have to be, when it is not.
    private static string? Expected(FieldDescriptor? field, string text) => field?.FieldType switch
    {
        FieldType.Int32 when !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
        FieldType.Int64 when !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => "a whole number",
        FieldType.Bool when !bool.TryParse(text, out _) => "true or false",
        _ => null,
    };

    // Names as in the protocol or as in JSON, with a dot between a field and one within it.
    private static FieldDescriptor? Find(MessageDescriptor message, string path)
    {
        FieldDescriptor? field = null;
        var within = message;
        foreach (var name in path.Split('.'))
        {
            field = within?.Fields.InDeclarationOrder().FirstOrDefault(x => x.Name == name || x.JsonName == name);
            within = field is { FieldType: FieldType.Message } ? field.MessageType : null;
        }

        return field;
    }

    // As transcoding writes a status.
    private static Task RefuseAsync(HttpContext context, int status, StatusCode code, string message)
    {
        context.Response.StatusCode = status;
        context.RequestServices.GetRequiredService<OnlineCFInstruments>().OnError(code);
        return context.Response.WriteAsJsonAsync(new { code = (int)code, message, details = Array.Empty<object>() });
    }
}
