using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Services;

/// <summary>
/// Mutated inputs of every unary rpc and of its JSON routes. StartTraining and CreateKey are left out, for what they make would
/// change or fill the server; ONLINECF_MUTATIONS says how many inputs each test sends, ONLINECF_SEED which.
/// </summary>
public sealed partial class MutationTests(ITestOutputHelper output, TestServerFixture fixture) : IClassFixture<TestServerFixture>
{
    private const int Workers = 4;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly string[] LeftOut = ["StartTraining", "CreateKey"];

    private static readonly MethodDescriptor[] Rpcs =
    [
        .. typeof(Rating).Assembly.GetTypes().Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .SelectMany(type => ((FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!).Services)
            .SelectMany(service => service.Methods)
            .Where(rpc => !rpc.IsClientStreaming && !rpc.IsServerStreaming && !LeftOut.Contains(rpc.Name))
            .OrderBy(rpc => rpc.FullName, StringComparer.Ordinal),
    ];

    private readonly TestServer _server = fixture.Server;
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mutated_message_is_answered_or_refused_and_is_no_fault_of_the_server()
    {
        await _server.TeachAsync(Cancellation);
        await MutateAsync(4000, async mutations =>
        {
            var rpc = mutations.Pick(Rpcs);
            var bytes = mutations.Bytes(rpc.InputType);
            var method = new Method<byte[], byte[]>(MethodType.Unary, rpc.Service.FullName, rpc.Name, Raw, Raw);
            using var call = _server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Cancellation), bytes);
            var status = await StatusAsync(call.ResponseAsync);
            Note(
                status.StatusCode.ToString(), status.StatusCode is StatusCode.Unknown or StatusCode.Internal or StatusCode.DataLoss,
                () => $"{rpc.FullName} {status} of {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 400)))}");
        });
    }

    [Fact]
    public async Task Mutated_json_is_answered_or_refused_and_is_no_fault_of_the_server()
    {
        (MethodDescriptor Rpc, HttpRule Rule)[] routes =
        [
            .. Rpcs.Where(rpc => rpc.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not null)
                .SelectMany(rpc => Rules(rpc.GetOptions().GetExtension(AnnotationsExtensions.Http)).Select(rule => (rpc, rule))),
        ];
        Assert.True(routes.Length > 20);
        await MutateAsync(3000, async mutations =>
        {
            var (rpc, rule) = mutations.Pick(routes);
            using var request = RequestOf(mutations, rpc, rule, out var body);
            using var answer = await AnswerAsync(request);
            if (answer is null)
            {
                Note("closed", isFault: false, () => "");
                return;
            }

            Note(
                ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture), (int)answer.StatusCode is 500 or 501 or 502 or > 504,
                () => $"{request.Method} {request.RequestUri} {answer.StatusCode} of {Convert.ToBase64String(body.AsSpan(0, Math.Min(body.Length, 400)))}");
        });
    }

    [Fact]
    public async Task Mutated_framing_is_no_fault_of_the_server()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_server.Channel.Target}") };
        await MutateAsync(1000, async mutations =>
        {
            var rpc = mutations.Pick(Rpcs);
            var message = mutations.Bytes(rpc.InputType);
            var length = mutations.Random.Next(3) == 0 ? mutations.Random.Next() : message.Length + mutations.Random.Next(-1, 2);
            byte[] frame =
            [
                (byte)mutations.Random.Next(3), (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. message,
            ];
            if (mutations.Random.Next(4) == 0)
            {
                frame = frame[..mutations.Random.Next(5)];
            }

            // What is no frame is INTERNAL by gRPC's own rules; a frame that is whole must not be.
            var isWhole = length >= 0 && frame.Length == length + 5 && frame[0] == 0;
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/{rpc.Service.FullName}/{rpc.Name}")
            {
                Version = new Version(2, 0),
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                Content = new ByteArrayContent(frame),
            };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            using var answer = await http.SendAsync(request, Cancellation);
            await answer.Content.ReadAsByteArrayAsync(Cancellation);
            var status = StatusOf(answer.TrailingHeaders) ?? StatusOf(answer.Headers) ?? "none";
            Note(
                status, (int)answer.StatusCode >= 500 || status is "none" or "2" || (status == "13" && isWhole),
                () => $"{rpc.FullName} {answer.StatusCode} grpc-status {status} of {Convert.ToHexString(frame.AsSpan(0, Math.Min(frame.Length, 400)))}");
        });
    }

    [Fact]
    public async Task Mutated_token_opens_nothing()
    {
        await using var server = await TestServer.StartAsync(null, "--Access:Keys=on", "--Training:Automatic=false");
        var key = (await File.ReadAllTextAsync(Path.Combine(server.Folder, "admin.key"), Cancellation)).Trim();
        await MutateAsync(1000, async mutations =>
        {
            var rpc = mutations.Pick(Rpcs);
            var header = Header(mutations, key);
            var options = new CallOptions(new Metadata { { "authorization", header } }, cancellationToken: Cancellation);
            var method = new Method<byte[], byte[]>(MethodType.Unary, rpc.Service.FullName, rpc.Name, Raw, Raw);
            using var call = server.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, mutations.Message(rpc.InputType).ToByteArray());
            var status = await StatusAsync(call.ResponseAsync);
            Note(status.StatusCode.ToString(), status.StatusCode is not (StatusCode.Unauthenticated or StatusCode.ResourceExhausted), () => $"{rpc.FullName} {status} with {header}");
        });
    }

    // A server that has refused a long body need not read it to its end.
    private async Task<HttpResponseMessage?> AnswerAsync(HttpRequestMessage request)
    {
        try
        {
            return await _server.Http.SendAsync(request, Cancellation);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            return null;
        }
    }

    private static string Header(Mutations mutations, string key)
    {
        var place = mutations.Random.Next(key.Length);
        return mutations.Random.Next(6) switch
        {
            0 => "Bearer " + key[..place],
            1 => $"Bearer {key[..place]}{(key[place] == 'A' ? 'B' : 'A')}{key[(place + 1)..]}",
            2 => "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZSI6ImFkbWluIn0." + new string('A', mutations.Random.Next(300)),
            3 => "Basic " + key,
            4 => "Bearer " + key + "A",
            _ => "Bearer " + new string([.. mutations.Word().Where(letter => letter is > ' ' and < (char)127)]),
        };
    }

    private static HttpRequestMessage RequestOf(Mutations mutations, MethodDescriptor rpc, HttpRule rule, out byte[] body)
    {
        var (verb, template) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, rule.Delete),
            _ => (HttpMethod.Post, rule.Post),
        };
        var path = PathParameter().Replace(template, _ => Uri.EscapeDataString(mutations.Word()));
        FieldDescriptor[] fields = [.. rpc.InputType.Fields.InFieldNumberOrder()];
        if (rule.Body.Length == 0 && fields.Length > 0)
        {
            var query = Enumerable.Range(0, mutations.Random.Next(4)).Select(_ => QueryOf(mutations, mutations.Pick(fields)));
            path += "?" + string.Join('&', query);
        }

        var request = new HttpRequestMessage(verb, path);
        body = [];
        if (verb == HttpMethod.Post)
        {
            body = mutations.Json(rule.Body is "" or "*" ? rpc.InputType : rpc.InputType.FindFieldByName(rule.Body).MessageType);
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(mutations.Random.Next(20) == 0 ? "text/plain" : "application/json");
        }

        return request;
    }

    private static string QueryOf(Mutations mutations, FieldDescriptor field)
    {
        var name = field.FieldType == FieldType.Message
            ? $"{field.Name}.{mutations.Pick([.. field.MessageType.Fields.InFieldNumberOrder()]).Name}" : field.Name;
        return $"{name}={Uri.EscapeDataString(mutations.Word())}";
    }

    private static IEnumerable<HttpRule> Rules(HttpRule rule) => [rule, .. rule.AdditionalBindings];

    private static string? StatusOf(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.First() : null;

    private static async Task<Status> StatusAsync(Task call)
    {
        try
        {
            await call;
            return Status.DefaultSuccess;
        }
        catch (RpcException refusal)
        {
            return refusal.Status;
        }
    }

    private void Note(string answer, bool isFault, Func<string> what)
    {
        _answers.AddOrUpdate(answer, 1, (_, count) => count + 1);
        if (isFault && _faults.Count < 20)
        {
            _faults.Enqueue(what());
        }
    }

    // Each worker has a seed of its own, so that what it sends does not hang on the others.
    private async Task MutateAsync(int usual, Func<Mutations, Task> send)
    {
        var count = Setting("ONLINECF_MUTATIONS") ?? usual;
        var seed = Setting("ONLINECF_SEED") ?? 20;
        output.WriteLine($"{count} inputs from seed {seed}");
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(
            async () =>
            {
                var mutations = new Mutations((seed * Workers) + worker);
                for (var i = worker; i < count; i += Workers)
                {
                    await send(mutations);
                }
            },
            Cancellation)));
        output.WriteLine(string.Join(", ", _answers.OrderByDescending(answer => answer.Value).Select(answer => $"{answer.Key} {answer.Value}")));
        Assert.True(_faults.IsEmpty, string.Join(Environment.NewLine, _faults));

        await _server.Ratings.RateAsync(
            new RateRequest { Rating = new Rating { UserId = 424242, MovieId = 1, Value = 3 } }, cancellationToken: Cancellation);
        var kept = await _server.Ratings.ListRatingsAsync(new ListRatingsRequest { UserId = 424242 }, cancellationToken: Cancellation);
        Assert.Equal(3, Assert.Single(kept.Ratings).Value);
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();
}
