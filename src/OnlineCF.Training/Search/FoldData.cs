using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;
using OnlineCF.Training.Rounds;

namespace OnlineCF.Training.Search;

/// <summary>
/// The training set of each fold. The race goes from fold to fold, so only the latest one is kept in memory.
/// </summary>
internal sealed class FoldData
{
    private readonly RatingHistory _history = new();
    private readonly FoldSplit _split;
    private int _fold;
    private TrainingSet? _set;
    private RoundMeasure? _measure;

    /// <summary>Of several ratings for one user and movie the last counts, as everywhere.</summary>
    public FoldData(IReadOnlyList<Rating> ratings, SearchOptions options)
    {
        foreach (var rating in ratings)
        {
            _history.Apply(new RatingEntry(
                _history.LastSequence + 1, RatingEntryKind.Rated, rating.UserId, rating.MovieId, rating.Value, rating.RatedAtMicros));
        }

        _split = FoldSplit.Create(ratings.Select(rating => (rating.UserId, rating.MovieId)).Distinct(), options.Folds, options.Seed);
    }

    /// <summary>The fold's training set, with the fold as hold-out.</summary>
    public TrainingSet SetOf(int fold)
    {
        Load(fold);
        return _set!;
    }

    /// <summary>Measures on the fold; baselines are fitted once a fold.</summary>
    public RoundMeasure MeasureOf(int fold, int maxUsers, int threads)
    {
        Load(fold);
        return _measure ??= new RoundMeasure(_set!, maxUsers, threads);
    }

    private void Load(int fold)
    {
        if (_fold != fold)
        {
            (_measure, _set) = (null, null);
            _set = TrainingSet.Create(_history, (user, movie) => _split.FoldOf(user, movie) == fold, 0);
            _fold = fold;
        }
    }
}
