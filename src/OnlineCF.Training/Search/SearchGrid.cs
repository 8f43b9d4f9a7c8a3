using OnlineCF.Core.Training;

namespace OnlineCF.Training.Search;

/// <summary>The values to try, each list without duplicates and not empty.</summary>
/// <param name="EmbeddingDims">Dimensions of the embeddings.</param>
/// <param name="BatchSizes">Ratings in a minibatch.</param>
/// <param name="LearningRates">Adam's step sizes.</param>
public sealed record SearchGrid(
    IReadOnlyList<int> EmbeddingDims, IReadOnlyList<int> BatchSizes, IReadOnlyList<double> LearningRates)
{
    /// <summary>The grid that is searched where none is given.</summary>
    public static SearchGrid Default { get; } = new([32, 50, 64], [512, 1024, 2048], [0.0001, 0.001, 0.01]);

    /// <summary>All combinations, in the order of the lists; the learning rate changes fastest.</summary>
    public IReadOnlyList<SearchPoint> Points =>
    [
        .. from dim in EmbeddingDims
           from batch in BatchSizes
           from rate in LearningRates
           select new SearchPoint(dim, batch, rate),
    ];

    /// <summary>How many points a search that varies one hyperparameter at a time trains.</summary>
    public int PointsOneAtATime => EmbeddingDims.Count + BatchSizes.Count + LearningRates.Count - 2;

    /// <summary>
    /// Where a search that varies one hyperparameter at a time begins: the service's defaults where they are
    /// among the values, else the middle of the list.
    /// </summary>
    public SearchPoint Base
    {
        get
        {
            var defaults = new TrainingOptions();
            return new SearchPoint(
                Middle(EmbeddingDims, defaults.EmbeddingDim), Middle(BatchSizes, defaults.BatchSize),
                Middle(LearningRates, defaults.LearningRate));
        }
    }

    /// <summary>The hyperparameters in the order in which they are varied, each as the points around another point.</summary>
    internal static IReadOnlyList<Func<SearchGrid, SearchPoint, IReadOnlyList<SearchPoint>>> Variations { get; } =
    [
        (grid, around) => [.. grid.EmbeddingDims.Select(dim => around with { EmbeddingDim = dim })],
        (grid, around) => [.. grid.BatchSizes.Select(batch => around with { BatchSize = batch })],
        (grid, around) => [.. grid.LearningRates.Select(rate => around with { LearningRate = rate })],
    ];

    private static T Middle<T>(IReadOnlyList<T> values, T preferred) =>
        values.Contains(preferred) ? preferred : values[(values.Count - 1) / 2];
}
