namespace OnlineCF.Core.Models;

/// <summary>
/// One immutable set of factors, biases and counts. Predicted stars are μ + b_u + b_i + p·q (rating head);
/// lists are ordered by x·y (ranking head). Users are folded in from the movie side when they are served;
/// the user side is kept for the warm start of the next round and for folding in new movies.
/// </summary>
public sealed record FactorSnapshot
{
    /// <summary>Rises with every published snapshot; 0 before publication.</summary>
    public long Version { get; init; }

    /// <summary>The rating log's sequence that training has seen.</summary>
    public required long TrainedSequence { get; init; }

    /// <summary>When training ended.</summary>
    public required DateTimeOffset TrainedAt { get; init; }

    /// <summary>μ, the mean of the training ratings, in stars.</summary>
    public required float GlobalMean { get; init; }

    /// <summary>What fold-in solves with.</summary>
    public required FoldInParameters FoldIn { get; init; }

    /// <summary>The movie side.</summary>
    public required FactorTable Movies { get; init; }

    /// <summary>The user side.</summary>
    public required FactorTable Users { get; init; }

    /// <summary>Dimension k.</summary>
    public int EmbeddingDim => Movies.EmbeddingDim;
}
