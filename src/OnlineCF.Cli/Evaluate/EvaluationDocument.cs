using System.Text.Json.Serialization;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Cli.Evaluate;

/// <summary>What evaluate prints as JSON; the names are a contract.</summary>
internal sealed record EvaluationDocument(EvaluationEntry Model, EvaluationBaselines Baselines)
{
    /// <summary>The document of a report.</summary>
    public static EvaluationDocument Of(OfflineReport report) => new(
        EvaluationEntry.Of(report.Model),
        new EvaluationBaselines(
            EvaluationEntry.Of(report.Mean), EvaluationEntry.Of(report.Bias), EvaluationEntry.Of(report.Popularity)));
}

/// <summary>The models anybody can have for nothing.</summary>
internal sealed record EvaluationBaselines(EvaluationEntry Mean, EvaluationEntry Bias, EvaluationEntry Popularity);

/// <summary>One model's figures; null where nothing could be measured.</summary>
internal sealed record EvaluationEntry
{
    [JsonPropertyName("rmse")]
    public double? Rmse { get; init; }

    [JsonPropertyName("mae")]
    public double? Mae { get; init; }

    [JsonPropertyName("ndcg_10")]
    public double? Ndcg10 { get; init; }

    [JsonPropertyName("recall_20")]
    public double? Recall20 { get; init; }

    [JsonPropertyName("hit_rate_10")]
    public double? HitRate10 { get; init; }

    [JsonPropertyName("coverage_10")]
    public double? Coverage10 { get; init; }

    [JsonPropertyName("intra_list_distance_10")]
    public double? IntraListDistance10 { get; init; }

    [JsonPropertyName("seconds")]
    public double? Seconds { get; init; }

    [JsonPropertyName("ratings_per_second")]
    public double? RatingsPerSecond { get; init; }

    [JsonPropertyName("reliability")]
    public IReadOnlyList<ReliabilityEntry> Reliability { get; init; } = [];

    /// <summary>The entry of one model.</summary>
    public static EvaluationEntry Of(OfflineFigures model) => new()
    {
        Rmse = Measured(model.Figures.Rmse),
        Mae = Measured(model.Figures.Mae),
        Ndcg10 = Measured(model.Figures.Ndcg10),
        Recall20 = Measured(model.Figures.Recall20),
        HitRate10 = Measured(model.Figures.HitRate10),
        Coverage10 = Measured(model.Figures.Coverage10),
        IntraListDistance10 = Measured(model.IntraListDistance10),
        Seconds = Measured(model.Seconds),
        RatingsPerSecond = Measured(model.RatingsPerSecond),
        Reliability =
        [
            .. model.Figures.Reliability.Bins.Select(bin => new ReliabilityEntry(bin.Stars, bin.MeanPredicted, bin.MeanGiven, bin.Ratings)),
        ],
    };

    private static double? Measured(double figure) => double.IsFinite(figure) ? figure : null;
}

/// <summary>What was given where about so many stars were predicted.</summary>
internal sealed record ReliabilityEntry(
    [property: JsonPropertyName("predicted_stars")] double PredictedStars,
    [property: JsonPropertyName("mean_predicted")] double MeanPredicted,
    [property: JsonPropertyName("mean_given")] double MeanGiven,
    [property: JsonPropertyName("ratings")] long Ratings);
