using System.Text.Json;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Server.Tests.Web;

/// <summary>The description of the JSON API, as its readers get it.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(null, "--Training:Automatic=false");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task It_is_valid_and_has_every_call_that_answers_json()
    {
        var document = await DocumentAsync();
        var described = document.Paths.SelectMany(path => path.Value.Operations!.Values).ToDictionary(operation => operation.OperationId!);

        FileDescriptor[] files = [RatingsReflection.Descriptor, RecommendationsReflection.Descriptor, CatalogReflection.Descriptor, TrainingReflection.Descriptor, AccessReflection.Descriptor];
        var streamedIn = files.SelectMany(file => file.Services).SelectMany(service => service.Methods).ToLookup(method => method.IsClientStreaming, method => method.Name);
        Assert.Equal(streamedIn[false].Append("RecommendPost").Append("RecommendShelvesPost").Order(), described.Keys.Order());
        Assert.All(described.Values, operation => Assert.NotEmpty(operation.Summary!));
        Assert.Equal("Orders the list; comparable within one answer only.", document.Components!.Schemas!["RecommendedMovie"].Properties!["score"].Description);
        Assert.Equal(JsonSchemaType.String, document.Components.Schemas["Rating"].Properties!["userId"].Type);
    }

    [Fact]
    public async Task Each_described_get_is_answered_by_the_server_with_the_fields_that_are_described()
    {
        await _server.TeachAsync(Cancellation);
        var document = await DocumentAsync();
        foreach (var (path, item) in document.Paths.Where(path => path.Value.Operations!.ContainsKey(HttpMethod.Get)))
        {
            var operation = item.Operations![HttpMethod.Get];
            var query = operation.OperationId switch { "SearchMovies" => "?query=story", "PredictRatings" => "?movie_ids=1&movie_ids=2", _ => "" };
            using var response = await _server.Http.GetAsync(
                path.Replace("{user_id}", "1", StringComparison.Ordinal).Replace("{movie_id}", "1", StringComparison.Ordinal)[1..] + query,
                HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.True(response.IsSuccessStatusCode, path);
            if (path.EndsWith(":watch", StringComparison.Ordinal))
            {
                continue;
            }

            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancellation));
            AssertDescribed(answer, operation.Responses!["200"].Content!["application/json"].Schema!, path);
        }
    }

    [Fact]
    public async Task Query_parameters_are_those_that_the_server_reads()
    {
        await _server.TeachAsync(Cancellation);
        var document = await DocumentAsync();
        var parameters = document.Paths["/v1/users/{user_id}/recommendations"].Operations![HttpMethod.Get].Parameters!.Select(parameter => parameter.Name);
        Assert.Equal(
            ["user_id", "count", "filter.genres_any", "filter.genres_none", "filter.year_from", "filter.year_to", "filter.exclude_movie_ids", "include_rated", "explain", "max_reasons", "as_of", "diversity"],
            parameters);

        var answer = JsonElement.Parse(await _server.Http.GetStringAsync(
            "v1/users/1/recommendations?count=3&filter.genres_any=Odd&filter.year_from=1960&include_rated=true&explain=true&as_of=2026-01-02T03:04:05Z&diversity=0.25", Cancellation));
        var movies = answer.GetProperty("movies").EnumerateArray().Select(x => x.GetProperty("movie")).ToList();
        Assert.Equal(3, movies.Count);
        Assert.All(movies, movie => Assert.Equal("Odd", movie.GetProperty("genres")[0].GetString()));
        Assert.All(movies, movie => Assert.True(movie.GetProperty("year").GetInt32() >= 1960));
    }

    [Fact]
    public async Task A_page_tries_it_out()
    {
        var page = await _server.Http.GetStringAsync("docs/", Cancellation);
        Assert.Contains("OnlineCF API", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    private static void AssertDescribed(JsonElement value, IOpenApiSchema schema, string where)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Assert.True(schema.Properties!.ContainsKey(property.Name), $"{where}: {property.Name}");
                    AssertDescribed(property.Value, schema.Properties[property.Name], $"{where}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    AssertDescribed(item, schema.Items!, where);
                }

                break;
            case JsonValueKind.String:
                Assert.True(schema.Type == JsonSchemaType.String, where);
                break;
            case JsonValueKind.Number:
                Assert.True((schema.Type & (JsonSchemaType.Number | JsonSchemaType.Integer)) != 0, where);
                break;
        }
    }

    private async Task<OpenApiDocument> DocumentAsync()
    {
        await using var json = await _server.Http.GetStreamAsync("openapi/v1.json", Cancellation);
        var (document, diagnostic) = await OpenApiDocument.LoadAsync(json, "json", cancellationToken: Cancellation);
        Assert.Empty(diagnostic!.Errors);
        return document!;
    }
}
