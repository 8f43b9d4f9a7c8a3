using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Protocol.Tests;

public sealed class ContractTests
{
    [Fact]
    public void A_client_takes_nothing_of_the_server_with_the_protocol()
    {
        var references = typeof(Rating).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.All(references, name => Assert.True(
            name.StartsWith("System", StringComparison.Ordinal) || name is "Google.Protobuf" or "Google.Api.CommonProtos" or "Grpc.Core.Api",
            name));
    }

    [Fact]
    public void Each_service_has_a_client_and_a_base_to_serve_it()
    {
        var types = typeof(Rating).Assembly.GetExportedTypes().Select(type => type.Name).ToHashSet();

        Assert.All(
            new[] { "RatingService", "RecommendationService", "CatalogService", "TrainingService" },
            service => Assert.Superset(new HashSet<string> { service + "Client", service + "Base" }, types));
    }

    [Fact]
    public void A_rating_in_json_is_as_the_contract_says()
    {
        var rating = new Rating { UserId = 1, MovieId = 318, Value = 5, RatedAt = new Timestamp { Seconds = 0 } };

        Assert.Equal(
            """{ "userId": "1", "movieId": "318", "value": 5, "ratedAt": "1970-01-01T00:00:00Z" }""",
            JsonFormatter.Default.Format(rating));
    }
}
