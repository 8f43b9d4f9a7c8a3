using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.OpenApi;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace OnlineCF.Server.Web;

/// <summary>
/// Describes the JSON API as OpenAPI 3.1, from the contract's HTTP rules, fields and comments: what is served is what is
/// described. JSON is that of proto3 (https://protobuf.dev/programming-guides/json).
/// </summary>
internal sealed partial class OpenApiDescription
{
    private const string Json = "application/json";
    private const string Events = "text/event-stream";

    private static readonly Dictionary<string, (JsonSchemaType Type, string? Format)> WellKnown = new()
    {
        [Timestamp.Descriptor.FullName] = (JsonSchemaType.String, "date-time"),
        [FieldMask.Descriptor.FullName] = (JsonSchemaType.String, null),
        [Duration.Descriptor.FullName] = (JsonSchemaType.String, "duration"),
        [DoubleValue.Descriptor.FullName] = (JsonSchemaType.Number | JsonSchemaType.Null, "double"),
    };

    private readonly OpenApiDocument _document = new()
    {
        Info = new()
        {
            Title = "OnlineCF",
            Version = "v1",
            Description = "Ratings in, recommendations out, learning in between. 64-bit numbers are strings, as in all JSON of proto3.",
        },
        Paths = [],
        Components = new() { Schemas = new Dictionary<string, IOpenApiSchema>() },
        Tags = new HashSet<OpenApiTag>(),
    };

    private OpenApiDescription()
    {
    }

    /// <summary>The description as JSON.</summary>
    public static async Task<byte[]> CreateAsync(CancellationToken cancellationToken = default)
    {
        var description = new OpenApiDescription();
        foreach (var service in Contract().SelectMany(file => file.Services))
        {
            description.Add(service);
        }

        using var json = new MemoryStream();
        await description._document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return json.ToArray();
    }

    private static IEnumerable<FileDescriptor> Contract()
    {
        using var resource = typeof(OpenApiDescription).Assembly.GetManifestResourceStream("protocol.binpb")!;
        var registry = new ExtensionRegistry { AnnotationsExtensions.Http };
        var files = FileDescriptorSet.Parser.WithExtensionRegistry(registry).ParseFrom(resource).File;
        return FileDescriptor.BuildFromByteStrings(files.Select(file => file.ToByteString()), registry);
    }

    private void Add(ServiceDescriptor service)
    {
        _document.Tags!.Add(new OpenApiTag { Name = service.Name, Description = Comment(service) });
        foreach (var method in service.Methods)
        {
            if (method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is not { } rule)
            {
                continue;
            }

            foreach (var binding in rule.AdditionalBindings.Prepend(rule))
            {
                Add(service, method, binding);
            }
        }
    }

    private void Add(ServiceDescriptor service, MethodDescriptor method, HttpRule rule)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Delete => (HttpMethod.Delete, rule.Delete),
            _ => throw new NotSupportedException($"{method.FullName} is mapped to {rule.PatternCase}."),
        };
        if (!_document.Paths.TryGetValue(path, out var item))
        {
            _document.Paths[path] = item = new OpenApiPathItem();
        }

        ((OpenApiPathItem)item).AddOperation(verb, Operation(service, method, rule, path));
    }

    private OpenApiOperation Operation(ServiceDescriptor service, MethodDescriptor method, HttpRule rule, string path)
    {
        var inPath = PathField().Matches(path).Select(match => match.Groups[1].Value).ToHashSet();
        var fields = method.InputType.Fields.InFieldNumberOrder();
        var operation = new OpenApiOperation
        {
            OperationId = method.Name + (rule.Body == "*" && method.GetOptions().GetExtension(AnnotationsExtensions.Http).Body != "*" ? "Post" : ""),
            Summary = Words(method.Name),
            Description = Comment(method),
            Tags = new HashSet<OpenApiTagReference> { new(service.Name, _document) },
            Parameters = [.. fields.Where(field => inPath.Contains(field.Name)).Select(field => Parameter(field, field.Name, ParameterLocation.Path))],
            Responses = new()
            {
                ["200"] = Success(method),
                ["default"] = new OpenApiResponse { Description = "It was refused; message says why.", Content = Content(Status()) },
            },
        };
        if (rule.Body == "*")
        {
            operation.RequestBody = Body(Schema(method.InputType));
        }
        else if (rule.Body.Length > 0)
        {
            operation.RequestBody = Body(Schema(method.InputType.FindFieldByName(rule.Body)));
        }
        else
        {
            foreach (var parameter in Query(fields.Where(field => !inPath.Contains(field.Name)), ""))
            {
                operation.Parameters.Add(parameter);
            }
        }

        return operation;
    }

    private OpenApiResponse Success(MethodDescriptor method)
    {
        var message = Schema(method.OutputType);
        return method.IsServerStreaming
            ? new OpenApiResponse
            {
                Description = $"Messages as they come: a line each, or a server-sent event each where {Events} is accepted.",
                Content = new Dictionary<string, IOpenApiMediaType> { [Json] = new OpenApiMediaType { Schema = message }, [Events] = new OpenApiMediaType { Schema = message } },
            }
            : new OpenApiResponse { Description = "It was done.", Content = Content(message) };
    }

    private IEnumerable<OpenApiParameter> Query(IEnumerable<FieldDescriptor> fields, string prefix) => fields.SelectMany(field =>
        field.FieldType == FieldType.Message && !WellKnown.ContainsKey(field.MessageType.FullName)
            ? Query(field.MessageType.Fields.InFieldNumberOrder(), $"{prefix}{field.Name}.")
            : [Parameter(field, prefix + field.Name, ParameterLocation.Query)]);

    private OpenApiParameter Parameter(FieldDescriptor field, string name, ParameterLocation location) => new()
    {
        Name = name,
        In = location,
        Required = location == ParameterLocation.Path,
        Description = Comment(field),
        Schema = Schema(field),
    };

    private static Dictionary<string, IOpenApiMediaType> Content(IOpenApiSchema schema) =>
        new() { [Json] = new OpenApiMediaType { Schema = schema } };

    private static OpenApiRequestBody Body(IOpenApiSchema schema) => new() { Required = true, Content = Content(schema) };

    private IOpenApiSchema Schema(FieldDescriptor field) => field.IsRepeated
        ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = Single(field), Description = Comment(field) }
        : Single(field);

    private IOpenApiSchema Single(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => Schema(field.MessageType),
        FieldType.Enum => Schema(field.EnumType),
        FieldType.Int64 => Value(JsonSchemaType.String, "int64", field),
        FieldType.Int32 => Value(JsonSchemaType.Integer, "int32", field),
        FieldType.Float => Value(JsonSchemaType.Number, "float", field),
        FieldType.Double => Value(JsonSchemaType.Number, "double", field),
        FieldType.Bool => Value(JsonSchemaType.Boolean, null, field),
        FieldType.String => Value(JsonSchemaType.String, null, field),
        _ => throw new NotSupportedException($"{field.FullName} is a {field.FieldType}."),
    };

    private static OpenApiSchema Value(JsonSchemaType type, string? format, FieldDescriptor field) =>
        new() { Type = type, Format = format, Description = field.IsRepeated ? null : Comment(field) };

    private IOpenApiSchema Schema(MessageDescriptor message)
    {
        if (WellKnown.TryGetValue(message.FullName, out var known))
        {
            return new OpenApiSchema { Type = known.Type, Format = known.Format };
        }

        return Component(message.Name, schema =>
        {
            schema.Type = JsonSchemaType.Object;
            schema.Description = Comment(message);
            schema.Properties = message.Fields.InFieldNumberOrder().ToDictionary(field => field.JsonName, Schema);
        });
    }

    private OpenApiSchemaReference Schema(EnumDescriptor values) => Component(values.Name, schema =>
    {
        schema.Type = JsonSchemaType.String;
        schema.Description = Comment(values);
        schema.Enum = [.. values.Values.Select(value => (JsonNode)value.Name)];
    });

    /// <summary>What a refusal is: google.rpc.Status.</summary>
    private OpenApiSchemaReference Status() => Component("Status", schema =>
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "Why a request was refused.";
        schema.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "The gRPC status." },
            ["message"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["details"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema() },
        };
    });

    private OpenApiSchemaReference Component(string name, Action<OpenApiSchema> fill)
    {
        if (!_document.Components!.Schemas!.ContainsKey(name))
        {
            var schema = new OpenApiSchema();
            _document.Components.Schemas[name] = schema;
            fill(schema);
        }

        return new OpenApiSchemaReference(name, _document);
    }

    private static string? Comment(IDescriptor descriptor)
    {
        var comments = descriptor switch
        {
            DescriptorBase described => described.Declaration?.LeadingComments,
            _ => null,
        };
        return string.IsNullOrWhiteSpace(comments) ? null : LineBreak().Replace(comments.Trim(), " ");
    }

    /// <summary>PredictRatings becomes "Predict ratings".</summary>
    private static string Words(string name) => name[0] + WordStart().Replace(name[1..], match => " " + match.Value.ToLowerInvariant());

    [GeneratedRegex(@"\{([a-z_]+)\}")]
    private static partial Regex PathField();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreak();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex WordStart();
}
