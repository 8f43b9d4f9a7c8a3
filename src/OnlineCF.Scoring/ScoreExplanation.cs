namespace OnlineCF.Scoring;

/// <summary>
/// Why a movie has its score. The score is linear in the liked ratings:
/// x·y = Σ_i c_i t_i y_iᵀ A⁻¹ y with A = α0 G + Σ c y yᵀ + λ' I (Hu, Koren, Volinsky 2008, section 5),
/// so each rating has an exact share in it. A rating with target t = 0 has none of its own: it acts through A
/// on the shares of the others.
/// </summary>
public static class ScoreExplanation
{
    /// <summary>The share of each rating in the score of one movie; the shares add up to the score.</summary>
    /// <param name="model">The model that made the score.</param>
    /// <param name="ratings">The ratings that the user was folded in from.</param>
    /// <param name="row">The recommended movie.</param>
    /// <param name="shares">One for each rating, in the same order; 0 for unknown movies.</param>
    /// <exception cref="ArgumentException">There is not one share for each rating.</exception>
    public static void Shares(ServingModel model, ReadOnlySpan<RatedRow> ratings, int row, Span<float> shares)
    {
        using var explainer = new ScoreExplainer(model, ratings);
        explainer.Shares(row, shares);
    }
}

/// <summary><see cref="ScoreExplanation"/> for several movies of one list: factors A once.</summary>
public ref struct ScoreExplainer
{
    private readonly ServingModel _model;
    private readonly ReadOnlySpan<RatedRow> _ratings;
    private readonly NormalEquations _equations;

    /// <summary>Collects and factors A.</summary>
    /// <param name="model">The model that made the scores.</param>
    /// <param name="ratings">The ratings that the user was folded in from.</param>
    public ScoreExplainer(ServingModel model, ReadOnlySpan<RatedRow> ratings)
    {
        _model = model;
        _ratings = ratings;
        _equations = new NormalEquations(model.Snapshot.EmbeddingDim, model.Stride);
        FoldInSolver.BuildRanking(new MovieSide(model), ratings, UserFoldIn.PriorOf(model), ref _equations);
    }

    /// <inheritdoc cref="ScoreExplanation.Shares"/>
    public readonly void Shares(int row, Span<float> shares)
    {
        if (shares.Length != _ratings.Length)
        {
            throw new ArgumentException($"{_ratings.Length} ratings have no {shares.Length} shares.", nameof(shares));
        }

        Span<float> direction = new float[_model.Stride];
        _equations.Solve(_model.RankingRow(row), direction);
        for (var i = 0; i < shares.Length; i++)
        {
            var rating = _ratings[i];
            var (weight, target) = _model.Snapshot.FoldIn.PreferenceOf(rating.Value);
            shares[i] = rating.Row < 0 || target == 0
                ? 0
                : weight * target * DotKernel.Dot(_model.RankingRow(rating.Row), direction);
        }
    }

    /// <summary>Gives pooled memory back.</summary>
    public readonly void Dispose() => _equations.Dispose();
}
