namespace OnlineCF.Server.Web;

/// <summary>The description of the JSON API at <c>/openapi/v1.json</c>, and at <c>/docs</c> a page that tries it.</summary>
internal static class ApiPage
{
    private const string Description = "/openapi/v1.json";

    /// <summary>Serves the description.</summary>
    public static void MapApiDescription(this IEndpointRouteBuilder app)
    {
        var description = new Lazy<Task<byte[]>>(() => OpenApiDescription.CreateAsync());
        app.MapGet(Description, async () => Results.Bytes(await description.Value, "application/json"));
    }

    /// <summary>Serves the page.</summary>
    public static void UseApiPage(this IApplicationBuilder app)
    {
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = "docs";
            page.DocumentTitle = "OnlineCF API";
            page.SwaggerEndpoint(Description, "OnlineCF");
        });
    }
}
