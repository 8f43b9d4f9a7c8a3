using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;

namespace OnlineCF.Server.Web;

/// <summary>
/// What transcoding would answer without saying what is wrong: ids in paths that are no numbers, paths that do not exist,
/// and posts without a body, which mean an empty message here.
/// </summary>
internal static class JsonRequests
{
    private const string Api = "/v1";
    private static readonly string[] Ids = ["user_id", "movie_id", "version"];

    /// <summary>To be used before the endpoints.</summary>
    public static void UseJsonRequests(this WebApplication app)
    {
        app.UseStatusCodePages(pages => pages.HttpContext.Request.Path.StartsWithSegments(Api)
            ? RefuseAsync(
                pages.HttpContext, pages.HttpContext.Response.StatusCode, StatusCode.NotFound,
                $"There is no {pages.HttpContext.Request.Method} {pages.HttpContext.Request.Path}; /docs lists what there is.")
            : Task.CompletedTask);
        app.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(Api))
            {
                return next(context);
            }

            if (Ids.FirstOrDefault(id => context.Request.RouteValues.TryGetValue(id, out var value) && !IsWhole(value)) is { } wrong)
            {
                return RefuseAsync(
                    context, StatusCodes.Status400BadRequest, StatusCode.InvalidArgument,
                    $"{wrong} must be a whole number, was '{context.Request.RouteValues[wrong]}'");
            }

            if (HttpMethods.IsPost(context.Request.Method)
                && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            {
                (context.Request.ContentType, context.Request.Body) = ("application/json", new MemoryStream("{}"u8.ToArray()));
            }

            return next(context);
        });
    }

    private static bool IsWhole(object? value) =>
        long.TryParse(value as string, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    // As transcoding writes a status.
    private static Task RefuseAsync(HttpContext context, int status, StatusCode code, string message)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { code = (int)code, message, details = Array.Empty<object>() });
    }
}
