using System.Buffers;
using OnlineCF.Core.Models;
using OnlineCF.Scoring;
using OnlineCF.Training.History;

namespace OnlineCF.Training.Evaluation;

/// <summary>
/// Scores a snapshot as it serves: each user is folded in from the training ratings, and a user with none
/// that the snapshot knows gets the popular movies. What is measured is therefore what is served.
/// </summary>
internal sealed class SnapshotScorer : IUserScorer
{
    private readonly TrainingSet _set;
    private readonly ServingModel _model;
    private readonly PopularityBaseline _popular;
    private readonly int[] _modelRows;
    private readonly int[] _setRows;
    private readonly MovieMask _unlisted;
    private readonly double[] _preference;

    /// <summary>Maps the snapshot's rows to those of the training set; they need not be of one round.</summary>
    public SnapshotScorer(TrainingSet set, FactorSnapshot snapshot, PopularityBaseline popular)
    {
        (_set, _model, _popular) = (set, ServingModel.Create(snapshot), popular);
        _modelRows = Array.ConvertAll(set.MovieIds, _model.RowOf);
        _setRows = new int[_model.MovieCount];
        Array.Fill(_setRows, -1);
        for (var row = 0; row < set.TrainedMovies; row++)
        {
            if (_modelRows[row] >= 0)
            {
                _setRows[_modelRows[row]] = row;
            }
        }

        _preference = new double[set.UserIds.Length];
        _unlisted = new MovieMask(_model.MovieCount);
        for (var row = 0; row < _setRows.Length; row++)
        {
            if (_setRows[row] < 0)
            {
                _unlisted.Set(row);
            }
        }
    }

    /// <summary>Σ c (t − x·y)² over the hold-out ratings of the users scored so far.</summary>
    public double PreferenceSum => _preference.Sum();

    /// <inheritdoc/>
    public int Score(int user, ReadOnlySpan<int> movies, Span<float> stars, Span<int> top)
    {
        var rated = _set.Train.MoviesOf(user);
        var values = _set.Train.ValuesOf(user);
        var ratings = ArrayPool<RatedRow>.Shared.Rent(rated.Length);
        for (var i = 0; i < rated.Length; i++)
        {
            ratings[i] = new RatedRow(_modelRows[rated[i]], values[i]);
        }

        var vectors = UserFoldIn.Fold(_model, ratings.AsSpan(0, rated.Length));
        ArrayPool<RatedRow>.Shared.Return(ratings);
        for (var i = 0; i < movies.Length; i++)
        {
            stars[i] = RatingPrediction.Predict(_model, vectors, _modelRows[movies[i]]);
        }

        _preference[user] = PreferenceError(user, vectors);

        return top.IsEmpty ? 0 : vectors.KnownRatings == 0 ? _popular.Top(user, top) : Top(vectors, rated, top);
    }

    private double PreferenceError(int user, UserVectors vectors)
    {
        var movies = _set.HoldOut.MoviesOf(user);
        var values = _set.HoldOut.ValuesOf(user);
        var sum = 0.0;
        for (var i = 0; i < movies.Length; i++)
        {
            var (weight, target) = _model.Snapshot.FoldIn.PreferenceOf(values[i]);
            var row = _modelRows[movies[i]];
            var error = target - (row < 0 ? 0 : DotKernel.Dot(vectors.Ranking, _model.RankingRow(row)));
            sum += weight * error * error;
        }

        return sum;
    }

    private int Top(UserVectors vectors, ReadOnlySpan<int> rated, Span<int> top)
    {
        var excluded = new MovieMask(_model.MovieCount);
        excluded.UnionWith(_unlisted);
        foreach (var row in rated)
        {
            excluded.Set(_modelRows[row]);
        }

        var best = new ScoredRow[top.Length];
        var listed = TopNScorer.Top(_model, vectors.Ranking, excluded, best);
        for (var i = 0; i < listed; i++)
        {
            top[i] = _setRows[best[i].Row];
        }

        return listed;
    }
}
