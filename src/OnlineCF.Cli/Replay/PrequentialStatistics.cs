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

    /// <summary>Ratings so far.</summary>
    public long Ratings { get; private set; }

    /// <summary>√ (Σ (r − r̂)² / n); NaN without ratings.</summary>
    public double Rmse => Math.Sqrt(_squaredErrors / Ratings);

    /// <summary>The same over the second half alone, when the models know something.</summary>
    public double RmseOfSecondHalf => Math.Sqrt(_squaredErrorsOfSecondHalf / _ratingsOfSecondHalf);

    /// <summary>The same over each tenth of the ratings, in order; shows where tastes have changed and how soon that is learnt.</summary>
    public IReadOnlyList<double> RmseByTenth =>
        [.. _squaredErrorsOfParts.Zip(_ratingsOfParts, (squares, ratings) => Math.Sqrt(squares / ratings))];

    /// <summary>How well the server's lists found what was liked next.</summary>
    public NextLiked Lists { get; } = new();

    /// <summary>The same of the most rated movies that the user had not rated.</summary>
    public NextLiked Popularity { get; } = new();

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

    private double MeanSoFar() => Ratings > 0 ? _sumOfValues / Ratings : MiddleOfScale;
}
