using Microsoft.AspNetCore.Http.Features;

namespace OnlineCF.Server.Web;

/// <summary>
/// Gives the rpcs that stream JSON, a line a message, to clients that accept <c>text/event-stream</c> as server-sent
/// events: a browser's EventSource reads them and connects again by itself.
/// </summary>
internal static class ServerSentEvents
{
    private const string ContentType = "text/event-stream";

    /// <summary>Wraps the answers to GET requests of paths that end in <c>:watch</c>.</summary>
    public static void UseServerSentEvents(this IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (!Asks(context.Request))
        {
            await next(context);
            return;
        }

        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Response.OnStarting(() =>
        {
            if (context.Response.StatusCode == StatusCodes.Status200OK)
            {
                context.Response.ContentType = ContentType;
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Headers["X-Accel-Buffering"] = "no";
            }

            return Task.CompletedTask;
        });
        var events = new StreamResponseBodyFeature(new EventLines(body.Stream, context.Response), body);
        context.Features.Set<IHttpResponseBodyFeature>(events);
        try
        {
            await next(context);
            await events.CompleteAsync();
        }
        finally
        {
            context.Features.Set(body);
        }
    });

    private static bool Asks(HttpRequest request) =>
        HttpMethods.IsGet(request.Method)
        && request.Path.Value is { } path && path.EndsWith(":watch", StringComparison.Ordinal)
        && request.GetTypedHeaders().Accept.Any(accept => accept.MediaType.Equals(ContentType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Turns each line into the event <c>data: line</c>. What is not a success passes unchanged.</summary>
    private sealed class EventLines(Stream inner, HttpResponse response) : Stream
    {
        private static readonly byte[] Start = "data: "u8.ToArray();
        private static readonly byte[] End = "\n\n"u8.ToArray();
        private bool _inLine;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (response.StatusCode != StatusCodes.Status200OK)
            {
                await inner.WriteAsync(buffer, cancellationToken);
                return;
            }

            while (buffer.Length > 0)
            {
                if (!_inLine)
                {
                    await inner.WriteAsync(Start, cancellationToken);
                    _inLine = true;
                }

                var end = buffer.Span.IndexOf((byte)'\n');
                var piece = end < 0 ? buffer : buffer[..end];
                await inner.WriteAsync(piece, cancellationToken);
                if (end < 0)
                {
                    return;
                }

                await inner.WriteAsync(End, cancellationToken);
                _inLine = false;
                buffer = buffer[(end + 1)..];
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override void Flush() => throw new NotSupportedException("Only asynchronously.");

        public override void Write(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException("Only asynchronously.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
