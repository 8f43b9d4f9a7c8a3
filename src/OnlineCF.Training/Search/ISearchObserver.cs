namespace OnlineCF.Training.Search;

/// <summary>Keeps the folds that are done, so that a search that was cut off goes on where it was.</summary>
public interface ISearchMemory
{
    /// <summary>The fold, if it was done before.</summary>
    public FoldResult? Find(SearchPoint point, int fold);

    /// <summary>Keeps a fold; once this returns it survives the process.</summary>
    public void Keep(FoldResult fold);
}

/// <summary>Hears how a search goes, on the thread that searches.</summary>
public interface ISearchObserver
{
    /// <summary>Before the first fold.</summary>
    public void OnForecast(SearchForecast forecast);

    /// <summary>After each epoch and each fold.</summary>
    public void OnProgress(SearchProgress progress);

    /// <summary>A point skips its remaining folds; its reason says why.</summary>
    public void OnPointEnded(PointResult point);
}

/// <summary>Where a search stands.</summary>
/// <param name="Fraction">0 to 1.</param>
/// <param name="Left">Time left at the speed so far.</param>
/// <param name="Point">What is trained.</param>
/// <param name="Fold">From 1.</param>
/// <param name="Epoch">The last epoch done; 0 when the fold is done.</param>
public readonly record struct SearchProgress(double Fraction, TimeSpan Left, SearchPoint Point, int Fold, int Epoch);

/// <summary>What a search found.</summary>
/// <param name="Points">Best first: finished, then stopped, then diverged ones.</param>
/// <param name="Forecast">What was said before it started.</param>
/// <param name="Device">What it was trained on.</param>
public sealed record SearchResult(IReadOnlyList<PointResult> Points, SearchForecast Forecast, string Device);
