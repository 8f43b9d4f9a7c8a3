using OnlineCF.Core.Ratings;
using OnlineCF.Training.History;

namespace OnlineCF.Benchmarks;

/// <summary>
/// Ratings made up on the fly, always the same ones: every user and every movie has at least one, most go to few
/// movies and, less so, to few users. As a log it holds nothing in memory.
/// </summary>
internal sealed class GeneratedRatings(WorldShape shape) : IRatingReader
{
    private const double UserSkew = 1.5;
    private const double MovieSkew = 2.5;

    /// <inheritdoc/>
    public ValueTask<long> ReadEndAsync(CancellationToken cancellationToken) => new(shape.Ratings);

    /// <summary>The rating of a sequence, from 1.</summary>
    public RatingEntry this[long sequence]
    {
        get
        {
            var covering = sequence <= Math.Max(shape.Users, shape.Movies);
            var user = covering ? sequence % shape.Users : (long)(shape.Users * Math.Pow(Draw(sequence, 1), UserSkew));
            var movie = covering ? sequence % shape.Movies : (long)(shape.Movies * Math.Pow(Draw(sequence, 2), MovieSkew));
            var value = (float)Math.Ceiling(Draw(sequence, 3) * 10) / 2;
            return new RatingEntry(sequence, RatingEntryKind.Rated, user + 1, movie + 1, Math.Max(0.5f, value), 0);
        }
    }

    /// <summary>A training set of all of them.</summary>
    public TrainingSet ToSet()
    {
        var history = new RatingHistory();
        for (var sequence = 1L; sequence <= shape.Ratings; sequence++)
        {
            history.Apply(this[sequence]);
        }

        return TrainingSet.Create(history, (_, _) => false, 0);
    }

    /// <inheritdoc/>
    public ValueTask<LogPage> ReadAsync(long afterSequence, int limit, CancellationToken cancellationToken)
    {
        var page = new RatingEntry[(int)Math.Min(limit, shape.Ratings - afterSequence)];
        for (var i = 0; i < page.Length; i++)
        {
            page[i] = this[afterSequence + 1 + i];
        }

        return ValueTask.FromResult(new LogPage(page, 0));
    }

    // SplitMix64 (Steele, Lea, Flood 2014), of the sequence and which draw it is; 0 to below 1.
    private static double Draw(long sequence, int which)
    {
        var z = (((ulong)sequence * 4) + (ulong)which) * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) * Math.ScaleB(1, -53);
    }
}

/// <summary>How large a world is.</summary>
internal sealed record WorldShape(int Users, int Movies, long Ratings);
