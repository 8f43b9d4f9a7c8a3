namespace OnlineCF.Scoring;

/// <summary>One rating on its way into a fold-in.</summary>
/// <param name="Row">Row of the rated movie (or of the rating user); -1 when the model does not know it.</param>
/// <param name="Value">Stars.</param>
public readonly record struct RatedRow(int Row, float Value);

/// <summary>What the model knows of one user.</summary>
/// <param name="Bias">b_u, in stars.</param>
/// <param name="Rating">p of the rating head, padded with zeros to the snapshot's stride.</param>
/// <param name="Ranking">x of the ranking head, padded with zeros to the snapshot's stride.</param>
/// <param name="KnownRatings">How many of the user's ratings are of movies that the model knows.</param>
public sealed record UserVectors(float Bias, float[] Rating, float[] Ranking, int KnownRatings)
{
    /// <summary>What the latest ratings add to the bias for the present moment, in stars.</summary>
    public float RecentBias { get; init; }
}

/// <summary>What the model knows of one movie that was folded in.</summary>
/// <param name="Bias">b_i, in stars.</param>
/// <param name="Rating">q of the rating head, padded with zeros to the snapshot's stride.</param>
/// <param name="Ranking">y of the ranking head, padded with zeros to the snapshot's stride.</param>
public sealed record MovieVectors(float Bias, float[] Rating, float[] Ranking);
