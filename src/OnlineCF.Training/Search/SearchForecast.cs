namespace OnlineCF.Training.Search;

/// <summary>What a search will take, from a few real steps measured before it starts.</summary>
/// <param name="Seconds">If every point did every epoch of every fold that is not kept already; stopping early makes it less.</param>
/// <param name="Bytes">Memory of the process at its largest.</param>
/// <param name="AvailableBytes">Memory that the process may use here.</param>
/// <param name="Steps">Training steps measured.</param>
/// <param name="Costs">What one fold of each dimension and batch size takes, in seconds.</param>
public sealed record SearchForecast(
    double Seconds, long Bytes, long AvailableBytes, int Steps,
    IReadOnlyDictionary<(int EmbeddingDim, int BatchSize), double> Costs)
{
    /// <summary>Seconds that one fold of a point takes.</summary>
    public double SecondsOf(SearchPoint point) => Costs[(point.EmbeddingDim, point.BatchSize)];
}

/// <summary>The factors of the largest dimension alone do not fit into memory.</summary>
public sealed class SearchTooLargeException(int embeddingDim, long bytes, long availableBytes)
    : Exception(FormattableString.Invariant(
        $"Training {embeddingDim} dimensions needs {bytes / 1e9:0.0} GB for the factors alone, and {availableBytes / 1e9:0.0} GB are there; search smaller embedding dimensions."));
