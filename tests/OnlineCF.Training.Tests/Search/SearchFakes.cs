using OnlineCF.Training.Search;

namespace OnlineCF.Training.Tests.Search;

/// <summary>Remembers folds, as a state file does.</summary>
internal sealed class FoldMemory : ISearchMemory
{
    public Dictionary<(SearchPoint, int), FoldResult> Folds { get; } = [];

    public FoldResult? Find(SearchPoint point, int fold) => Folds.GetValueOrDefault((point, fold));

    public void Keep(FoldResult fold) => Folds.Add((fold.Point, fold.Fold), fold);
}

/// <summary>Writes down what it hears.</summary>
internal sealed class SearchListener(Action<SearchProgress>? onProgress = null) : ISearchObserver
{
    public SearchForecast? Forecast { get; private set; }

    public List<SearchProgress> Progress { get; } = [];

    public List<SearchPoint> Ended { get; } = [];

    public void OnForecast(SearchForecast forecast) => Forecast = forecast;

    public void OnProgress(SearchProgress progress)
    {
        Progress.Add(progress);
        onProgress?.Invoke(progress);
    }

    public void OnPointEnded(PointResult point) => Ended.Add(point.Point);
}

/// <summary>Folds with figures of the test's choice.</summary>
internal static class FakeFolds
{
    public static FoldResult Of(SearchPoint point, int fold, double rmse, double ndcg = 0.3, int? diverged = null) => new(
        point, fold, diverged is null ? rmse : double.NaN, diverged is null ? ndcg : double.NaN, 1, diverged, []);
}
