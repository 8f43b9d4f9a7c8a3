namespace OnlineCF.Scoring;

/// <summary>
/// L of A = L Lᵀ, the matrix of a user's ranking head: half of the work of saying why movies have their scores. Good for
/// as long as the user's ratings and the factors of the rated movies are the same. Immutable.
/// </summary>
public sealed class RankingFactor
{
    private readonly double[] _rows;

    private RankingFactor(double[] rows) => _rows = rows;

    /// <summary>Bytes of its numbers: 10 kB at 50 dimensions.</summary>
    public long Bytes => _rows.Length * (long)sizeof(double);

    /// <summary>Collects A from the ratings that a user was folded in from, and factors it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ratings">The ratings.</param>
    /// <param name="weights">How much each of them weighed; empty where each weighed 1.</param>
    public static RankingFactor Of(ServingModel model, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights)
    {
        var dimension = model.Snapshot.EmbeddingDim;
        var equations = new NormalEquations(dimension, model.Stride);
        FoldInSolver.BuildRanking(new MovieSide(model), ratings, weights, UserFoldIn.PriorOf(model, ratings), ref equations);
        var rows = new double[Cholesky.PackedLength(dimension)];
        equations.CopyFactor(rows);
        equations.Dispose();
        return new RankingFactor(rows);
    }

    /// <summary>Solves A z = y in place.</summary>
    internal void Solve(Span<double> rightSide) => Cholesky.SolvePacked(_rows, rightSide.Length, rightSide);
}
