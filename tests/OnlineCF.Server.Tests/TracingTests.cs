using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests;

/// <summary>Traces arrive at an OTLP collector, which here is a web server that reads what it needs of them.</summary>
[Collection(nameof(Alone))]
public sealed class TracingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_trace_leads_from_a_rating_s_request_through_its_grain_to_the_log()
    {
        var spans = new ConcurrentBag<Span>();
        await using var collector = await CollectAsync(spans);
        await using (var server = await TestServer.StartAsync(
            null, "--Training:Automatic=false", $"--Telemetry:OtlpEndpoint={collector.Urls.First()}"))
        {
            await server.Ratings.RateAsync(
                new RateRequest { Rating = new Rating { UserId = 1, MovieId = 2, Value = 4 } }, cancellationToken: Cancellation);
        }

        // What has not been sent yet is sent when the server ends.
        var append = Assert.Single(spans, span => span.Name == "rating_log.append");
        var path = new List<string>();
        for (var at = append; at is not null; at = spans.SingleOrDefault(x => x.Id == at.Parent && x.Trace == append.Trace))
        {
            path.Add(at.Name);
        }

        Assert.Contains("RatingService/Rate", path[^1], StringComparison.Ordinal);
        Assert.Contains(path, name => name.Contains("IUserGrain", StringComparison.Ordinal));
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentBag<Span> spans)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, Cancellation);
            foreach (var span in SpansIn(body.ToArray()))
            {
                spans.Add(span);
            }
        });
        await app.StartAsync(Cancellation);
        return app;
    }

    // ExportTraceServiceRequest.resource_spans = 1, .scope_spans = 2, .spans = 2 of opentelemetry-proto.
    private static IEnumerable<Span> SpansIn(byte[] request) =>
        from resource in FieldsOf(request).Where(field => field.Number == 1)
        from scope in FieldsOf(resource.Bytes).Where(field => field.Number == 2)
        from span in FieldsOf(scope.Bytes).Where(field => field.Number == 2)
        let fields = FieldsOf(span.Bytes).ToLookup(field => field.Number, field => field.Bytes)
        select new Span(
            Convert.ToHexString(fields[1].Single()), Convert.ToHexString(fields[2].Single()),
            Convert.ToHexString(fields[4].SingleOrDefault() ?? []), System.Text.Encoding.UTF8.GetString(fields[5].Single()));

    private static List<(int Number, byte[] Bytes)> FieldsOf(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes().ToByteArray()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return fields;
    }

    private sealed record Span(string Trace, string Id, string Parent, string Name);
}
