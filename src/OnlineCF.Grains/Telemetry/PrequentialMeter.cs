using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Telemetry;

/// <summary>
/// Test-then-train: what the serving model would have said of a rating just before it came. Figures run over
/// the last <see cref="Window"/> ratings. Under load only a share is measured, so that ingest never waits.
/// </summary>
public sealed class PrequentialMeter(TimeProvider time)
{
    /// <summary>How many of the latest ratings the figures run over.</summary>
    public const int Window = 10_000;

    private const int HitListLength = 10;
    private static readonly TimeSpan BudgetPerSecond = TimeSpan.FromMilliseconds(100);

    private readonly Lock _recording = new();
    private readonly RollingMean _squaredErrors = new(Window);
    private readonly RollingMean _hits = new(Window);
    private long _secondStarted = time.GetTimestamp();
    private TimeSpan _spent;

    /// <summary>Root mean squared error in stars, or NaN before the first rating.</summary>
    public double Rmse => Math.Sqrt(_squaredErrors.Mean);

    /// <summary>Share of liked ratings whose movie was in the user's first ten, or NaN.</summary>
    public double HitRate10 => _hits.Mean;

    /// <summary>Compares the ratings of one call with what would have been said before it.</summary>
    public void Observe(Func<Visitor> visitor, RecommendationEngine engine, ReadOnlySpan<IncomingRating> ratings)
    {
        var started = time.GetTimestamp();
        if (!HasBudget(started))
        {
            return;
        }

        var before = visitor();
        if (before.Model is not null)
        {
            Record(before, engine, ratings);
        }

        lock (_recording)
        {
            _spent += time.GetElapsedTime(started);
        }
    }

    private bool HasBudget(long now)
    {
        lock (_recording)
        {
            if (time.GetElapsedTime(_secondStarted, now) >= TimeSpan.FromSeconds(1))
            {
                _secondStarted = now;
                _spent = TimeSpan.Zero;
            }

            return _spent < BudgetPerSecond;
        }
    }

    private void Record(Visitor before, RecommendationEngine engine, ReadOnlySpan<IncomingRating> ratings)
    {
        var movieIds = new long[ratings.Length];
        for (var i = 0; i < ratings.Length; i++)
        {
            movieIds[i] = ratings[i].MovieId;
        }

        var predicted = engine.Predict(before, movieIds).PredictedRatings;
        var list = engine.TopMovies(before, HitListLength);
        lock (_recording)
        {
            for (var i = 0; i < ratings.Length; i++)
            {
                if (before.Rated.Contains(ratings[i].MovieId))
                {
                    continue;
                }

                var error = ratings[i].Value - predicted[i];
                _squaredErrors.Add(error * error);
                if (ratings[i].Value >= Rating.LikedValue)
                {
                    _hits.Add(list.Contains(ratings[i].MovieId) ? 1 : 0);
                }
            }
        }
    }
}
