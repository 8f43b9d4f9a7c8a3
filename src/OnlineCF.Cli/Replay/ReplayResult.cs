using System.Text.Json.Serialization;

namespace OnlineCF.Cli.Replay;

/// <summary>What replay prints as JSON; the names are a contract. Figures are null where nothing could be measured.</summary>
internal sealed record ReplayResult
{
    [JsonPropertyName("prequential_rmse")]
    public double? Rmse { get; init; }

    [JsonPropertyName("prequential_rmse_second_half")]
    public double? RmseOfSecondHalf { get; init; }

    [JsonPropertyName("rmse_by_tenth")]
    public required IReadOnlyList<double?> RmseByTenth { get; init; }

    [JsonPropertyName("hit_rate_10")]
    public double? HitRate10 { get; init; }

    [JsonPropertyName("ndcg_10")]
    public double? Ndcg10 { get; init; }

    [JsonPropertyName("recall_20")]
    public double? Recall20 { get; init; }

    [JsonPropertyName("return_hit_rate_10")]
    public double? ReturnHitRate10 { get; init; }

    [JsonPropertyName("popularity_hit_rate_10")]
    public double? PopularityHitRate10 { get; init; }

    [JsonPropertyName("popularity_ndcg_10")]
    public double? PopularityNdcg10 { get; init; }

    [JsonPropertyName("popularity_recall_20")]
    public double? PopularityRecall20 { get; init; }

    [JsonPropertyName("popularity_return_hit_rate_10")]
    public double? PopularityReturnHitRate10 { get; init; }

    [JsonPropertyName("ratings_per_second")]
    public double RatingsPerSecond { get; init; }

    [JsonPropertyName("models_promoted")]
    public int ModelsPromoted { get; init; }

    [JsonPropertyName("ratings")]
    public long Ratings { get; init; }

    [JsonPropertyName("seconds")]
    public double Seconds { get; init; }

    [JsonPropertyName("training_seconds")]
    public double TrainingSeconds { get; init; }

    /// <summary>The result of a replay that took so many seconds, training included.</summary>
    public static ReplayResult Of(PrequentialStatistics statistics, ReplayRun run, double seconds) => new()
    {
        Rmse = Measured(statistics.Rmse),
        RmseOfSecondHalf = Measured(statistics.RmseOfSecondHalf),
        RmseByTenth = [.. statistics.RmseByTenth.Select(Measured)],
        HitRate10 = Measured(statistics.Lists.HitRate10),
        Ndcg10 = Measured(statistics.Lists.Ndcg10),
        Recall20 = Measured(statistics.Lists.Recall20),
        ReturnHitRate10 = Measured(statistics.Lists.ReturnHitRate10),
        PopularityHitRate10 = Measured(statistics.Popularity.HitRate10),
        PopularityNdcg10 = Measured(statistics.Popularity.Ndcg10),
        PopularityRecall20 = Measured(statistics.Popularity.Recall20),
        PopularityReturnHitRate10 = Measured(statistics.Popularity.ReturnHitRate10),
        RatingsPerSecond = seconds > 0 ? Math.Round(statistics.Ratings / seconds, 1) : 0,
        ModelsPromoted = run.ModelsPromoted,
        Ratings = statistics.Ratings,
        Seconds = Math.Round(seconds, 3),
        TrainingSeconds = Math.Round(run.TrainingSeconds, 3),
    };

    private static double? Measured(double figure) => double.IsFinite(figure) ? figure : null;
}
