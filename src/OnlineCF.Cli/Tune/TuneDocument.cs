using System.Globalization;
using System.Text.Json.Serialization;
using OnlineCF.Training.Search;

namespace OnlineCF.Cli.Tune;

/// <summary>What tune prints as JSON and writes as tune.json; the names are a contract.</summary>
/// <param name="Data">What was searched with.</param>
/// <param name="Search">How.</param>
/// <param name="Forecast">What was said before it started.</param>
/// <param name="Best">The best finished point; null where none could be finished.</param>
/// <param name="Points">Best first.</param>
/// <param name="Seconds">All folds together took, over all runs of an interrupted search.</param>
internal sealed record TuneDocument(
    TuneData Data, TuneSearch Search, TuneForecast Forecast, TuneBest? Best, IReadOnlyList<TunePoint> Points, double Seconds)
{
    /// <summary>The document of a search.</summary>
    public static TuneDocument Of(TuneData data, SearchOptions options, SearchResult result)
    {
        var points = result.Points.Select((point, i) => TunePoint.Of(i + 1, point)).ToList();
        var best = points[0] is { Status: "finished" } first && (options.By == SearchObjective.Rmse ? first.Rmse : first.Ndcg10).Mean is not null
            ? TuneBest.Of(first) : null;
        return new TuneDocument(
            data, TuneSearch.Of(options, result.Device), TuneForecast.Of(result.Forecast), best, points,
            result.Points.Sum(point => point.Folds.Sum(fold => fold.Seconds)));
    }

    /// <summary>Null for what could not be measured: JSON has no NaN.</summary>
    public static double? Measured(double figure) => double.IsFinite(figure) ? figure : null;
}

/// <summary>The ratings.</summary>
internal sealed record TuneData(string Path, string Sha256, int Ratings, int Users, int Movies);

/// <summary>What was asked for.</summary>
internal sealed record TuneSearch(
    IReadOnlyList<int> EmbeddingDims, IReadOnlyList<int> BatchSizes, IReadOnlyList<double> LearningRates, int Folds,
    int Epochs, int PatienceEpochs, string Mode, string By, bool EarlyStopping, string Device, long Seed)
{
    public static TuneSearch Of(SearchOptions options, string device) => new(
        options.Grid.EmbeddingDims, options.Grid.BatchSizes, options.Grid.LearningRates, options.Folds, options.Epochs,
        options.PatienceEpochs, options.OneAtATime ? "one_at_a_time" : "grid",
        options.By == SearchObjective.Rmse ? "rmse" : "ndcg", options.StopHopeless, device, options.Seed);
}

/// <summary>Time and memory at most, from measured steps.</summary>
internal sealed record TuneForecast(double Seconds, long Bytes, int Steps)
{
    public static TuneForecast Of(SearchForecast forecast) => new(forecast.Seconds, forecast.Bytes, forecast.Steps);
}

/// <summary>The winner, ready for the server.</summary>
internal sealed record TuneBest(
    int EmbeddingDim, int BatchSize, double LearningRate, IReadOnlyDictionary<string, double> Settings, string Arguments)
{
    public static TuneBest Of(TunePoint point)
    {
        var settings = new Dictionary<string, double>
        {
            ["Training:EmbeddingDim"] = point.EmbeddingDim,
            ["Training:BatchSize"] = point.BatchSize,
            ["Training:LearningRate"] = point.LearningRate,
        };
        return new TuneBest(
            point.EmbeddingDim, point.BatchSize, point.LearningRate, settings,
            string.Join(' ', settings.Select(x => string.Create(CultureInfo.InvariantCulture, $"--{x.Key}={x.Value}"))));
    }

    /// <summary>A fragment of appsettings.json.</summary>
    public object Fragment() => new { Training = new { EmbeddingDim, BatchSize, LearningRate } };
}

/// <summary>A point.</summary>
internal sealed record TunePoint(
    int Rank, int EmbeddingDim, int BatchSize, double LearningRate, string Status, string Reason, int FoldsDone,
    TuneSpread Rmse, [property: JsonPropertyName("ndcg_10")] TuneSpread Ndcg10, TuneSpread Seconds,
    IReadOnlyList<TuneFold> Folds)
{
    public static TunePoint Of(int rank, PointResult result) => new(
        rank, result.Point.EmbeddingDim, result.Point.BatchSize, result.Point.LearningRate,
        result.Status.ToString().ToLowerInvariant(), result.Reason, result.Folds.Count, TuneSpread.Of(result.Rmse),
        TuneSpread.Of(result.Ndcg10), TuneSpread.Of(result.Seconds), [.. result.Folds.Select(TuneFold.Of)]);
}

/// <summary>Over folds; null where nothing could be measured, the deviation also of a single fold.</summary>
internal sealed record TuneSpread(double? Mean, double? Deviation)
{
    public static TuneSpread Of(Spread spread) => new(TuneDocument.Measured(spread.Mean), TuneDocument.Measured(spread.Deviation));
}

/// <summary>A fold of a point.</summary>
internal sealed record TuneFold(
    int Fold, double? Rmse, [property: JsonPropertyName("ndcg_10")] double? Ndcg10, double Seconds, int? DivergedInEpoch,
    IReadOnlyList<TuneEpoch> Epochs)
{
    public static TuneFold Of(FoldResult fold) => new(
        fold.Fold, TuneDocument.Measured(fold.Rmse), TuneDocument.Measured(fold.Ndcg10), fold.Seconds, fold.Diverged,
        [.. fold.Epochs.Select(TuneEpoch.Of)]);
}

/// <summary>An epoch of a fold.</summary>
internal sealed record TuneEpoch(
    int Epoch, double? TrainLoss, double? ValidationLoss, double? Rmse, [property: JsonPropertyName("ndcg_10")] double? Ndcg10)
{
    public static TuneEpoch Of(EpochFigures epoch) => new(
        epoch.Epoch, TuneDocument.Measured(epoch.TrainLoss), TuneDocument.Measured(epoch.ValidationLoss),
        TuneDocument.Measured(epoch.Rmse), TuneDocument.Measured(epoch.Ndcg10));
}
