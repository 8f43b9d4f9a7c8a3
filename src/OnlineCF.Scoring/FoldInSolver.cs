using System.Buffers;
using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>
/// The two exact solves of a fold-in, the same for a user against movies and for a movie against users.
/// Written for a user; for a movie read q for p, b_i for b_u and so on.
/// </summary>
internal static class FoldInSolver
{
    /// <summary>
    /// Rating head. The minimum over p and b together of
    /// Σ_known (e_i − b − p·q_i)² + Σ_unknown (e_i − b)² + (λ n + λ0) |p|² + λ_b b², where e_i = r_i − μ − b_i
    /// (b_i = 0 for an unknown movie), n counts the known ratings and N all of them. Setting the gradient to
    /// zero and eliminating b = (E − s·p) / B with E = Σ e_i, s = Σ_known q_i, B = N + λ_b leaves
    ///   (Σ_known q qᵀ − s sᵀ / B + (λ n + λ0) I) p = Σ_known e_i q_i − s E / B,
    /// which is positive definite, for s sᵀ / N is at most Σ q qᵀ (Cauchy-Schwarz).
    /// </summary>
    /// <returns>b; p is written to <paramref name="factors"/>.</returns>
    public static float SolveRating<TSide>(
        TSide side, ReadOnlySpan<RatedRow> ratings, int dimension, float mean, FoldInParameters parameters, Span<float> factors)
        where TSide : struct, IFactorSide, allows ref struct
    {
        if (ratings.IsEmpty)
        {
            return 0;
        }

        var equations = new NormalEquations(dimension, factors.Length);
        var pooled = ArrayPool<double>.Shared.Rent(dimension);
        var sums = pooled.AsSpan(0, dimension);
        sums.Clear();
        var (known, residuals) = (0, 0.0);
        foreach (var rating in ratings)
        {
            var residual = (double)rating.Value - mean - (rating.Row >= 0 ? side.BiasOf(rating.Row) : 0);
            residuals += residual;
            if (rating.Row >= 0)
            {
                known++;
                var row = side.RatingRow(rating.Row);
                equations.AddRow(row, 1, residual);
                Add(row, sums);
            }
        }

        var biasWeight = ratings.Length + (double)parameters.BiasPrior;
        if (known > 0)
        {
            equations.AddRow(sums, -1 / biasWeight, -residuals / biasWeight);
            equations.Factor(((double)parameters.RatingL2 * known) + parameters.RatingPrior);
            equations.Solve(factors);
        }

        var bias = (residuals - Dot(sums, factors)) / biasWeight;
        ArrayPool<double>.Shared.Return(pooled);
        equations.Dispose();
        return (float)bias;
    }

    /// <summary>
    /// Ranking head. The minimum over x of Σ_rated w_i c_i (t_i − x·y_i)² + α0 Σ_all (x·y_j)² + λ' |x|²
    /// (Hu, Koren, Volinsky 2008, eq. 4, in the form of Rendle, Krichene, Zhang, Koren 2021, "iALS++"):
    ///   (α0 G + Σ_rated w_i c_i y_i y_iᵀ + λ' I) x = Σ_rated w_i c_i t_i y_i.
    /// </summary>
    /// <param name="side">The other side's rows.</param>
    /// <param name="ratings">The ratings.</param>
    /// <param name="weights">w of each rating; empty where each is 1.</param>
    /// <param name="prior">What is known before the first rating.</param>
    /// <param name="factors">Takes x.</param>
    public static void SolveRanking<TSide>(
        TSide side, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights, RankingPrior prior, Span<float> factors)
        where TSide : struct, IFactorSide, allows ref struct
    {
        var equations = new NormalEquations(prior.Dimension, factors.Length);
        BuildRanking(side, ratings, weights, prior, ref equations);
        equations.Solve(factors);
        equations.Dispose();
    }

    /// <summary>Collects the ranking head's equations and factors their matrix.</summary>
    public static void BuildRanking<TSide>(
        TSide side, ReadOnlySpan<RatedRow> ratings, ReadOnlySpan<float> weights, RankingPrior prior, ref NormalEquations equations)
        where TSide : struct, IFactorSide, allows ref struct
    {
        var sum = 0.0;
        for (var i = 0; i < ratings.Length; i++)
        {
            var (row, value) = ratings[i];
            if (row >= 0 && (weights.IsEmpty || weights[i] > 0))
            {
                var (weight, target) = prior.PreferenceOf(value);
                weight *= side.WeightOf(row);
                weight *= weights.IsEmpty ? 1 : weights[i];
                equations.AddRow(side.RankingRow(row), weight, (double)weight * target);
                sum += weight;
            }
        }

        equations.AddGramian(prior.Gramian, prior.Parameters.UnobservedWeight);
        equations.Factor(prior.RidgeFor(sum));
    }

    private static void Add(ReadOnlySpan<float> row, Span<double> sums)
    {
        for (var j = 0; j < sums.Length; j++)
        {
            sums[j] += row[j];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<float> b)
    {
        var sum = 0.0;
        for (var j = 0; j < a.Length; j++)
        {
            sum += a[j] * b[j];
        }

        return sum;
    }
}

/// <summary>What the ranking head knows before the first rating: the other side as a whole, and the penalty.</summary>
/// <param name="gramian">G of the other side, stride × stride.</param>
/// <param name="dimension">k.</param>
/// <param name="parameters">What the snapshot was trained with.</param>
/// <param name="preference">What ratings ask for where they are one user's own; null for what the model was trained on.</param>
internal readonly ref struct RankingPrior(
    ReadOnlySpan<float> gramian, int dimension, FoldInParameters parameters, UserPreference? preference = null)
{
    private readonly UserPreference? _preference = preference;

    public ReadOnlySpan<float> Gramian { get; } = gramian;

    public int Dimension { get; } = dimension;

    public FoldInParameters Parameters { get; } = parameters;

    /// <summary>Weight c and target t of a rating.</summary>
    public (float Weight, float Target) PreferenceOf(float value) =>
        _preference is { } preference ? preference.Of(value) : Parameters.PreferenceOf(value);

    /// <summary>
    /// λ' = λ Σc + λ0: the penalty grows with a row's ratings (Rendle et al. 2021, section 3.2) from a level of
    /// its own. Scaling it with the size of the catalogue too measures worse the larger the catalogue is.
    /// </summary>
    /// <param name="weights">Σc over the known ratings.</param>
    public double RidgeFor(double weights) => ((double)Parameters.RankingL2 * weights) + Parameters.RankingPrior;
}
