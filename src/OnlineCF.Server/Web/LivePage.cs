using Microsoft.Extensions.FileProviders;

namespace OnlineCF.Server.Web;

/// <summary>The page at <c>/</c>: files inside the program, so that every host of the server has them, offline too.</summary>
internal static class LivePage
{
    // Nothing comes from elsewhere and nothing runs that is not a file of the page.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves the page's files. Nothing of this server is guessed to be a script, nor shown within another page.</summary>
    public static void UseLivePage(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.XFrameOptions = "DENY";
            return next(context);
        });
        var files = new ManifestEmbeddedFileProvider(typeof(LivePage).Assembly, "wwwroot");
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = file =>
            {
                var headers = file.Context.Response.Headers;
                headers.ContentSecurityPolicy = ContentSecurityPolicy;
                headers["Referrer-Policy"] = "no-referrer";

                // Asked anew each time and answered 304: a new build is never mixed with an old one.
                headers.CacheControl = "no-cache";
            },
        });
    }
}
