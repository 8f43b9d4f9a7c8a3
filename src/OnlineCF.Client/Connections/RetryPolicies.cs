using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace OnlineCF.Client.Connections;

/// <summary>
/// gRPC's standard service config: calls in turn over the addresses, and which of them are repeated. A stream of ratings is
/// in neither list: <see cref="RatingStream"/> knows what is not acknowledged, gRPC does not.
/// </summary>
internal static class RetryPolicies
{
    private const string Package = "onlinecf.v1";

    /// <summary>May be repeated: reads, and writes of which a second one changes nothing.</summary>
    public static readonly (string Service, string[] Methods)[] Repeatable =
    [
        ("RatingService", ["Rate", "RateBatch", "ListRatings", "DismissMovie", "UndismissMovie", "ExportUser"]),
        ("RecommendationService",
            ["Recommend", "RecommendShelves", "RecommendForRatings", "PredictRatings", "SimilarMovies", "PopularMovies", "WatchRecommendations"]),
        ("CatalogService", ["UpsertMovies", "UpsertMovieBatch", "GetMovie", "SearchMovies"]),
        ("TrainingService", ["GetTraining", "WatchTraining", "ListModels", "ListRounds"]),
        ("AccessService", ["ListKeys", "RevokeKey"]),
        ("StoreService", ["ExportStore"]),
    ];

    /// <summary>
    /// Must not be repeated where it may have been done: a second deletion or erasure takes what was rated after the first
    /// (and answers NOT_FOUND, or none, for what it did), a second start or end of training is another round's, a second
    /// rollback takes back a promotion in between, a second key is one that nobody knows of, a second archive
    /// is refused by the store that the first has filled.
    /// </summary>
    public static readonly (string Service, string[] Methods)[] Once =
    [
        ("RatingService", ["StreamRatings", "DeleteRating", "EraseUser"]),
        ("TrainingService", ["StartTraining", "CancelTraining", "RollbackModel"]),
        ("AccessService", ["CreateKey"]),
        ("StoreService", ["RestoreStore"]),
    ];

    /// <summary>The config.</summary>
    public static ServiceConfig ConfigOf(CallRetries? retries)
    {
        var config = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } };
        if (retries is null)
        {
            return config;
        }

        var method = new MethodConfig { RetryPolicy = PolicyOf(retries) };
        foreach (var (service, methods) in Repeatable)
        {
            foreach (var name in methods)
            {
                method.Names.Add(new MethodName { Service = $"{Package}.{service}", Method = name });
            }
        }

        config.MethodConfigs.Add(method);

        // gRPC stops at half of its tokens; a failed attempt takes one, a success gives one back.
        config.RetryThrottling = new RetryThrottlingPolicy { MaxTokens = retries.MostFailuresAhead * 2, TokenRatio = 1 };
        return config;
    }

    private static RetryPolicy PolicyOf(CallRetries retries) => new()
    {
        MaxAttempts = retries.MostAttempts,
        InitialBackoff = retries.FirstPause,
        MaxBackoff = retries.LongestPause,
        BackoffMultiplier = retries.PauseFactor,
        RetryableStatusCodes = { StatusCode.Unavailable },
    };
}
