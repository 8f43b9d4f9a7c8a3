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
    private readonly int[]? _moments;
    private readonly double[] _timeless;
    private readonly float[] _likes = [];
    private readonly float _mostLikes;

    /// <summary>Maps the snapshot's rows to those of the training set; they need not be of one round.</summary>
    /// <param name="set">The ratings to measure on.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="popular">The list of a user the snapshot knows nothing of.</param>
    /// <param name="moments">
    /// For each hold-out rating, how many of the user's training ratings, which must stand in the order of time,
    /// had been given when it was; null to predict for no moment in particular.
    /// </param>
    /// <param name="recent">What is popular now, which lists count beside the factors; null for lists of the factors alone.</param>
    public SnapshotScorer(
        TrainingSet set, FactorSnapshot snapshot, PopularityBaseline popular, int[]? moments = null, RecentLikesTable? recent = null)
    {
        _moments = moments;
        _timeless = new double[set.UserIds.Length];
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

        if (recent is not null)
        {
            _likes = Array.ConvertAll(_model.Snapshot.Movies.Ids.ToArray(), recent.Log2Of);
            _mostLikes = _likes.DefaultIfEmpty(float.NegativeInfinity).Max();
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

    /// <summary>Σ (r̂ − r)² over the hold-out ratings of the users scored so far, with r̂ for no moment in particular.</summary>
    public double TimelessSquares => _timeless.Sum();

    /// <summary>How much lists give of their scores for variety, 0 to 1; see <see cref="DiverseOrder"/>.</summary>
    public float Diversity { get; init; }

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
        var floor = UserPreference.FloorOf(ratings.AsSpan(0, rated.Length));
        ratings.AsSpan(0, rated.Length).Reverse();
        _timeless[user] = PredictStars(user, vectors, ratings.AsSpan(0, rated.Length), stars[..movies.Length]);
        ArrayPool<RatedRow>.Shared.Return(ratings);
        _preference[user] = PreferenceError(user, vectors);

        return top.IsEmpty ? 0 : vectors.KnownRatings == 0 ? _popular.Top(user, top) : Top(vectors, floor, rated, top);
    }

    private double PredictStars(int user, UserVectors vectors, ReadOnlySpan<RatedRow> newestFirst, Span<float> stars)
    {
        var movies = _set.HoldOut.MoviesOf(user);
        var values = _set.HoldOut.ValuesOf(user);
        var timeless = 0.0;
        for (var i = 0; i < stars.Length; i++)
        {
            stars[i] = RatingPrediction.Predict(_model, vectors, _modelRows[movies[i]]);
            timeless += ((double)stars[i] - values[i]) * (stars[i] - values[i]);
            if (_moments is not null)
            {
                var given = newestFirst[^_moments[_set.HoldOut.Offsets[user] + i]..];
                var recent = UserRecency.BiasOf(_model, vectors, given);
                stars[i] = RatingPrediction.Predict(_model, vectors, _modelRows[movies[i]], recent);
            }
        }

        return timeless;
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

    private int Top(UserVectors vectors, float floor, ReadOnlySpan<int> rated, Span<int> top)
    {
        var excluded = new MovieMask(_model.MovieCount);
        excluded.UnionWith(_unlisted);
        foreach (var row in rated)
        {
            excluded.Set(_modelRows[row]);
        }

        var best = new ScoredRow[Diversity > 0 ? DiverseOrder.CandidatesFor(top.Length) : top.Length];
        var terms = new ListTerms(
            new RecentLikes(_likes, 0, _mostLikes), _likes.Length == 0 ? 0 : RecentPopularity.WeightOf(rated.Length),
            _model, vectors, floor);
        var found = TopNScorer.Top(_model, vectors.Ranking, terms, excluded, best);
        DiverseOrder.Apply(_model, best.AsSpan(0, found), top.Length, Diversity);
        var listed = Math.Min(found, top.Length);
        for (var i = 0; i < listed; i++)
        {
            top[i] = _setRows[best[i].Row];
        }

        return listed;
    }
}
