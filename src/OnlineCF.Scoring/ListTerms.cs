namespace OnlineCF.Scoring;

/// <summary>What decides a list beside x·y: b L of what is popular now, and a floor under the predicted stars.</summary>
public readonly ref struct ListTerms
{
    private readonly RecentLikes _likes;
    private readonly float _weight;
    private readonly ServingModel? _model;
    private readonly UserVectors? _user;
    private readonly float _floor;

    /// <summary>Both.</summary>
    /// <param name="likes">What is popular now.</param>
    /// <param name="weight">b of the user.</param>
    /// <param name="model">What predicts the stars.</param>
    /// <param name="user">Who is told apart by stars; null for no floor.</param>
    /// <param name="floor">Movies of fewer predicted stars come after all others.</param>
    public ListTerms(RecentLikes likes, float weight, ServingModel? model, UserVectors? user, float floor)
    {
        _likes = likes;
        (_weight, _model, _user, _floor) = (weight, model, user, floor);
        Most = weight * likes.MostLevel;
    }

    /// <summary>No term is above this.</summary>
    public float Most { get; }

    /// <summary>Whether there is a floor.</summary>
    public bool HasFloor => _user is not null;

    /// <summary>b L of a row.</summary>
    public float Of(int row) => Most == 0 ? 0 : _weight * _likes.LevelOf(row);

    /// <summary>Whether a row's predicted stars are not below the floor.</summary>
    public bool Stands(int row) => _user is null || RatingPrediction.Predict(_model!, _user, row) >= _floor;
}
