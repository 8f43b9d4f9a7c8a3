using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using OnlineCF.Grains.Telemetry;
using OnlineCF.Server.Errors;

namespace OnlineCF.Server.Web;

/// <summary>
/// What transcoding would pass over or answer without saying what is wrong: names that are not known, values that are not
/// of their kind, paths that do not exist, and posts without a body, which mean an empty message here.
/// </summary>
internal static class JsonRequests
{
    private const string Api = "/v1";

    /// <summary>To be used before the endpoints.</summary>
    /// <param name="app">Where.</param>
    /// <param name="origins">Sites whose pages may do what the server's own may.</param>
    public static void UseJsonRequests(this IApplicationBuilder app, IReadOnlyList<string> origins)
    {
        app.UseStatusCodePages(pages =>
        {
            var context = pages.HttpContext;
            var message = $"There is no {context.Request.Method} {context.Request.Path}; /docs lists what there is.";
            return context.Request.Path.StartsWithSegments(Api)
                ? RefuseAsync(context, context.Response.StatusCode, StatusCode.NotFound, message)
                : context.Response.StatusCode == StatusCodes.Status404NotFound ? context.Response.WriteAsync(message + "\n") : Task.CompletedTask;
        });
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } rpc)
            {
                await next(context);
                return;
            }

            if (IsOfAnotherSite(context.Request) && !origins.Contains(context.Request.Headers.Origin.ToString(), StringComparer.OrdinalIgnoreCase))
            {
                await RefuseAsync(
                    context, StatusCodes.Status403Forbidden, StatusCode.PermissionDenied, "A page of another site may not change anything here.");
                return;
            }

            if (Fault(context.Request, rpc) is { } fault)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument, fault);
                return;
            }

            SplitLists(context.Request, rpc.MethodDescriptor.InputType);
            if (!HttpMethods.IsPost(context.Request.Method) || rpc.HttpRule.Body.Length == 0)
            {
                await next(context);
                return;
            }

            if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            {
                (context.Request.ContentType, context.Request.Body) = ("application/json", new MemoryStream("{}"u8.ToArray()));
            }

            var message = rpc.HttpRule.Body == "*"
                ? rpc.MethodDescriptor.InputType : rpc.MethodDescriptor.InputType.FindFieldByName(rpc.HttpRule.Body).MessageType;
            var refusal = context.Request.HasJsonContentType()
                ? await JsonBody.ReadAsync(context.Request, message, context.RequestAborted)
                : $"The body's type is '{context.Request.ContentType}'; send JSON with the header Content-Type: application/json.";
            await (refusal is null ? next(context) : RefuseAsync(
                context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument, refusal));
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

    private static string? Fault(HttpRequest request, GrpcJsonTranscodingMetadata rpc)
    {
        var message = rpc.MethodDescriptor.InputType;
        foreach (var (name, values) in request.Query)
        {
            if (rpc.HttpRule.Body == "*" || Find(message, name) is not { } field)
            {
                var names = rpc.HttpRule.Body == "*" ? [] : Names(message, "", depth: 0).Where(other => !request.RouteValues.ContainsKey(other));
                return JsonFields.Unknown("", name, names);
            }

            if (Expected(field, name, values.SelectMany(value => Parts(field, value ?? ""))) is { } fault)
            {
                return fault;
            }
        }

        return request.RouteValues.Select(route => Find(message, route.Key) is { } field
            ? Expected(field, route.Key, [route.Value as string ?? ""]) : null).FirstOrDefault(fault => fault is not null);
    }

    private static string? Expected(FieldDescriptor field, string name, IEnumerable<string> texts) => texts
        .Select(text => JsonFields.Expected(field, text) is { } expected ? $"{name} must be {expected}, was '{text}'" : null)
        .FirstOrDefault(fault => fault is not null);

    // Values of a list may stand in one parameter, with commas between them.
    private static string[] Parts(FieldDescriptor field, string text) =>
        field.IsRepeated ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];

    private static void SplitLists(HttpRequest request, MessageDescriptor message)
    {
        if (request.Query.All(query => Find(message, query.Key) is not { IsRepeated: true } || query.Value.All(value => value?.Contains(',') != true)))
        {
            return;
        }

        request.Query = new QueryCollection(request.Query.ToDictionary(query => query.Key, query => Find(message, query.Key) is { } field
            ? new StringValues([.. query.Value.SelectMany(value => Parts(field, value ?? ""))]) : query.Value));
    }

    // Names as in the protocol or as in JSON, with a dot between a field and one within it.
    private static FieldDescriptor? Find(MessageDescriptor message, string path)
    {
        FieldDescriptor? field = null;
        var within = message;
        foreach (var name in path.Split('.'))
        {
            field = within is null ? null : JsonFields.Find(within, name);
            within = field is { FieldType: FieldType.Message } ? field.MessageType : null;
        }

        return field;
    }

    private static IEnumerable<string> Names(MessageDescriptor message, string prefix, int depth) => message.Fields.InFieldNumberOrder()
        .SelectMany(field => field is { FieldType: FieldType.Message, IsRepeated: false } && depth < 2 && field.MessageType.File.Package == message.File.Package
            ? Names(field.MessageType, $"{prefix}{field.Name}.", depth + 1) : [prefix + field.Name]);

    // As transcoding writes a status.
    private static Task RefuseAsync(HttpContext context, int status, StatusCode code, string message)
    {
        context.Response.StatusCode = status;
        context.RequestServices.GetRequiredService<OnlineCFInstruments>().OnError(code);
        return context.Response.WriteAsJsonAsync(new { code = (int)code, message, details = Array.Empty<object>() });
    }
}
