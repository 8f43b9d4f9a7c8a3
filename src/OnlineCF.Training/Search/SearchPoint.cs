using OnlineCF.Core.Training;

namespace OnlineCF.Training.Search;

/// <summary>One choice of the hyperparameters that are searched.</summary>
/// <param name="EmbeddingDim">Dimension of the embeddings.</param>
/// <param name="BatchSize">Ratings in a minibatch.</param>
/// <param name="LearningRate">Adam's step size.</param>
public readonly record struct SearchPoint(int EmbeddingDim, int BatchSize, double LearningRate)
{
    /// <summary>In words, for tables and messages.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"k = {EmbeddingDim}, batch {BatchSize}, learning rate {LearningRate}");

    /// <summary>The training settings of this point; what is not searched is the same for all.</summary>
    internal TrainingOptions With(SearchOptions options) => new()
    {
        EmbeddingDim = EmbeddingDim,
        BatchSize = BatchSize,
        LearningRate = LearningRate,
        Epochs = options.Epochs,
        PatienceEpochs = options.PatienceEpochs,
        Device = options.Device,
        Engine = options.Engine,
        Threads = options.Threads,
        Seed = options.Seed,
    };
}
