using Microsoft.Extensions.Logging;
using OnlineCF.Core.Ratings;
using OnlineCF.Grains.Recommending;
using OnlineCF.Grains.Users;

namespace OnlineCF.Grains.Telemetry;

/// <summary>
/// Test-then-train: what the serving model would have said of a rating just before it came. Figures run over
/// the last <see cref="Window"/> ratings. Under load only a share is measured, so that ingest never waits.
/// </summary>
public sealed partial class PrequentialMeter(TimeProvider time, ModelTrials trials, ILogger<PrequentialMeter> logger)
{
    /// <summary>How many of the latest ratings the figures run over.</summary>
    public const int Window = 10_000;

    /// <summary>On fewer ratings nothing is said: the figures of one process would jump at each of its starts.</summary>
    public const int LeastRatings = 500;

    internal const int HitListLength = 10;
    private static readonly TimeSpan BudgetPerSecond = TimeSpan.FromMilliseconds(100);

    private readonly Lock _recording = new();
    private readonly RollingMean _squaredErrors = new(Window);
    private readonly RollingMean _hits = new(Window);
    private long _secondStarted = time.GetTimestamp();
    private TimeSpan _spent;

    /// <summary>Root mean squared error in stars, or NaN before <see cref="LeastRatings"/>.</summary>
    public double Rmse => _squaredErrors.Count < LeastRatings ? double.NaN : Math.Sqrt(_squaredErrors.Mean);

    /// <summary>Share of liked ratings whose movie was in the user's first ten, or NaN before <see cref="LeastRatings"/> of any.</summary>
    public double HitRate10 => _squaredErrors.Count < LeastRatings ? double.NaN : _hits.Mean;

    /// <summary>What the latest promotions did.</summary>
    public ModelTrials Trials => trials;

    /// <summary>Whether this second's share for measuring is not yet spent.</summary>
    public bool HasBudget
    {
        get
        {
            var now = time.GetTimestamp();
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
    }

    /// <summary>Compares the ratings of one call with what would have been said before it. Never throws: a rating does not fail for its telemetry.</summary>
    public void Observe(Visitor before, RecommendationEngine engine, ReadOnlySpan<IncomingRating> ratings)
    {
        var started = time.GetTimestamp();
        try
        {
            Record(before, engine, ratings);
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }

        lock (_recording)
        {
            _spent += time.GetElapsedTime(started);
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
        trials.Observe(before, predicted, list, engine, ratings);
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

    [LoggerMessage(EventId = 3080, Level = LogLevel.Warning, Message = "A rating could not be compared with its prediction.")]
    private partial void LogFailed(Exception exception);
}
