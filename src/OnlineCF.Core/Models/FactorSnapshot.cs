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

    /// <summary>
    /// The movies as lists of a warm sitting see them: <see cref="Movies"/> with ranking factors that were trained on sittings
    /// beside users. Null where there is no such fit, or where it did not do better.
    /// </summary>
    public FactorTable? SittingMovies { get; init; }

    /// <summary>
    /// <see cref="Movies"/> with the ranking factors that were judged, before they were folded once more over all ratings,
    /// those that judged them included: the next candidate is measured against these and starts from them. Null where
    /// nothing was folded.
    /// </summary>
    public FactorTable? JudgedMovies { get; init; }

    /// <summary>The user side.</summary>
    public required FactorTable Users { get; init; }

    /// <summary>Dimension k.</summary>
    public int EmbeddingDim => Movies.EmbeddingDim;

    /// <summary>The fit that was judged; the users are of that fit too.</summary>
    public FactorSnapshot Judged => JudgedMovies is null ? this : this with { Movies = JudgedMovies, JudgedMovies = null };
}
