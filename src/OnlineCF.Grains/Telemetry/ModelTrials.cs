using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;
using OnlineCF.Scoring;

namespace OnlineCF.Grains.Telemetry;

/// <summary>
/// Shows what a promotion did: for a while the model that served before is asked beside the one that serves, about the same
/// ratings, before they are known. It goes after <see cref="MostRatings"/> of them, or with the next promotion. Thread-safe.
/// </summary>
public sealed class ModelTrials
{
    /// <summary>After so many ratings a trial is over and the older model is let go.</summary>
    public const int MostRatings = 5000;

    /// <summary>So many trials are remembered.</summary>
    public const int MostTrials = 32;

    private readonly Lock _lock = new();
    private readonly List<ModelTrial> _oldestFirst = [];
    private Pair? _running;

    /// <summary>All trials, newest first; the first one may go on.</summary>
    public IReadOnlyList<ModelTrial> All
    {
        get
        {
            lock (_lock)
            {
                return [.. Enumerable.Reverse(_oldestFirst)];
            }
        }
    }

    /// <summary>When another model serves.</summary>
    public void OnSwapped(ServingModel? before, ServingModel now)
    {
        lock (_lock)
        {
            _running = before is null ? null : new Pair(before, now.Generation);
            if (before is not null)
            {
                _oldestFirst.RemoveAll(trial => trial.Version == now.Version);
                _oldestFirst.Add(new ModelTrial(now.Version, before.Version, 0, 0, default, default));
                _oldestFirst.RemoveRange(0, Math.Max(0, _oldestFirst.Count - MostTrials));
            }
        }
    }

    /// <summary>Compares both models on ratings that are not known yet.</summary>
    /// <param name="visitor">Whose ratings they are, in the model that serves.</param>
    /// <param name="predicted">What it predicts for them.</param>
    /// <param name="list">The user's first ten in it.</param>
    /// <param name="engine">Answers for the older model.</param>
    /// <param name="ratings">The ratings.</param>
    internal void Observe(
        Visitor visitor, ReadOnlySpan<float> predicted, IReadOnlyList<long> list, RecommendationEngine engine,
        ReadOnlySpan<IncomingRating> ratings)
    {
        if (Volatile.Read(ref _running) is not { } pair || !ReferenceEquals(visitor.Model?.Generation, pair.Now))
        {
            return;
        }

        var before = Visitor.Of(pair.Before, visitor.Rated, visitor.Taste.Heat) with { Dismissed = visitor.Dismissed };
        var beforeList = engine.TopMovies(before, PrequentialMeter.HitListLength);
        for (var i = 0; i < ratings.Length; i++)
        {
            var (movieId, value) = (ratings[i].MovieId, ratings[i].Value);
            if (visitor.Rated.Contains(movieId) || pair.Before.RowOf(movieId) < 0 || visitor.Model!.RowOf(movieId) < 0)
            {
                continue;
            }

            var error = value - predicted[i];
            var beforeError = value - engine.Predict(before, [movieId]).PredictedRatings[0];
            Add(pair, trial => trial.With(
                error, beforeError, value >= Rating.LikedValue, PlaceOf(movieId, list), PlaceOf(movieId, beforeList)));
        }
    }

    private void Add(Pair pair, Func<ModelTrial, ModelTrial> change)
    {
        lock (_lock)
        {
            if (ReferenceEquals(_running, pair))
            {
                _oldestFirst[^1] = change(_oldestFirst[^1]);
                _running = _oldestFirst[^1].Ratings < MostRatings ? pair : null;
            }
        }
    }

    private static int PlaceOf(long movieId, IReadOnlyList<long> list)
    {
        for (var place = 0; place < list.Count; place++)
        {
            if (list[place] == movieId)
            {
                return place;
            }
        }

        return -1;
    }

    // The model that serves is known by its generation: it is not kept.
    private sealed record Pair(ServingModel Before, object Now);
}
