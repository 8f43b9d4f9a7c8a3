using OnlineCF.Core.Ratings;

namespace OnlineCF.Cli.Replay;

/// <summary>
/// Test-then-train figures (Dawid 1984): every rating is predicted before it is known, so each one is both
/// test and training.
/// </summary>
/// <param name="total">How many ratings there will be; the second half begins after total / 2 of them.</param>
internal sealed class PrequentialStatistics(long total)
{
    private const double MiddleOfScale = (Rating.MinValue + Rating.MaxValue) / 2;
    private const int Parts = 10;
    private readonly double[] _squaredErrorsOfParts = new double[Parts];
    private readonly long[] _ratingsOfParts = new long[Parts];
    private double _squaredErrors;
    private double _squaredErrorsOfSecondHalf;
    private double _sumOfValues;
    private long _ratingsOfSecondHalf;
    private long _lists;
    private long _hits;
    private long _popularHits;

    /// <summary>Ratings so far.</summary>
    public long Ratings { get; private set; }

    /// <summary>√ (Σ (r − r̂)² / n); NaN without ratings.</summary>
    public double Rmse => Math.Sqrt(_squaredErrors / Ratings);

    /// <summary>The same over the second half alone, when the models know something.</summary>
    public double RmseOfSecondHalf => Math.Sqrt(_squaredErrorsOfSecondHalf / _ratingsOfSecondHalf);

    /// <summary>The same over each tenth of the ratings, in order; shows where tastes have changed and how soon that is learnt.</summary>
    public IReadOnlyList<double> RmseByTenth =>
        [.. _squaredErrorsOfParts.Zip(_ratingsOfParts, (squares, ratings) => Math.Sqrt(squares / ratings))];

    /// <summary>Share of liked ratings whose movie was among the ten recommended just before; NaN without liked ones.</summary>
    public double HitRate10 => (double)_hits / _lists;

    /// <summary>The same of the ten most rated movies that the user had not rated.</summary>
    public double PopularityHitRate10 => (double)_popularHits / _lists;

    /// <summary>Takes a rating in, with what was predicted for it.</summary>
    /// <param name="predicted">Stars; 0 when there was no model, which counts as the mean of the ratings so far.</param>
    /// <param name="value">Stars given.</param>
    public void OnRating(double predicted, double value)
    {
        var error = value - (predicted > 0 ? predicted : MeanSoFar());
        _squaredErrors += error * error;
        var part = (int)Math.Min(Parts - 1, Ratings * Parts / total);
        _squaredErrorsOfParts[part] += error * error;
        _ratingsOfParts[part]++;
        if (Ratings >= total / 2)
        {
            _squaredErrorsOfSecondHalf += error * error;
            _ratingsOfSecondHalf++;
        }

        Ratings++;
        _sumOfValues += value;
    }

    /// <summary>Takes in whether a liked movie was among the ten recommended, and among the ten most popular.</summary>
    public void OnLiked(bool hit, bool popular)
    {
        _lists++;
        _hits += hit ? 1 : 0;
        _popularHits += popular ? 1 : 0;
    }

    private double MeanSoFar() => Ratings > 0 ? _sumOfValues / Ratings : MiddleOfScale;
}
