using OnlineCF.Core.Models;

namespace OnlineCF.Scoring;

/// <summary>The rows that a fold-in solves against: movies for a user, users for a movie.</summary>
internal interface IFactorSide
{
    public float BiasOf(int row);

    public ReadOnlySpan<float> RatingRow(int row);

    public ReadOnlySpan<float> RankingRow(int row);

    /// <summary>How much the row's terms weigh in the other side's ranking equations.</summary>
    public float WeightOf(int row);
}

/// <summary>The movies of a model, those folded in included.</summary>
internal readonly struct MovieSide(ServingModel model) : IFactorSide
{
    private readonly ServingModel _model = model;

    public float BiasOf(int row) => _model.BiasOf(row);

    public ReadOnlySpan<float> RatingRow(int row) => _model.RatingRow(row);

    public ReadOnlySpan<float> RankingRow(int row) => _model.RankingRow(row);

    public float WeightOf(int row) => 1;
}

/// <summary>The users of a snapshot.</summary>
internal readonly struct UserSide(FactorTable users, float[] weights) : IFactorSide
{
    private readonly FactorTable _users = users;
    private readonly float[] _weights = weights;

    public float BiasOf(int row) => _users.Biases[row];

    public ReadOnlySpan<float> RatingRow(int row) => _users.RatingRow(row);

    public ReadOnlySpan<float> RankingRow(int row) => _users.RankingRow(row);

    public float WeightOf(int row) => _weights[row];
}
