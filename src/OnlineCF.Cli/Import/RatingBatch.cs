using Google.Protobuf.WellKnownTypes;
using OnlineCF.Protocol.V1;

namespace OnlineCF.Cli.Import;

/// <summary>A batch on its way to the server, with the lines its ratings stand on.</summary>
internal sealed class RatingBatch
{
    /// <summary>Ratings in a full batch.</summary>
    public const int Size = 1024;

    private readonly List<long> _lines = new(Size);
    private readonly List<Rating> _ratings = new(Size);

    /// <summary>What is sent.</summary>
    public IReadOnlyList<Rating> Ratings => _ratings;

    /// <summary>The line of each rating.</summary>
    public IReadOnlyList<long> Lines => _lines;

    /// <summary>The line of the last rating.</summary>
    public long LastLine => _lines[^1];

    /// <summary>The next full batch of the source, or what is left; null at the end.</summary>
    /// <param name="source">Ratings in order.</param>
    /// <param name="ratedAtMicros">The time of ratings that have none; null lets the server take its own.</param>
    /// <param name="size">Ratings at most.</param>
    public static RatingBatch? ReadFrom(IRatingSource source, long? ratedAtMicros, int size = Size)
    {
        RatingBatch? batch = null;
        while ((batch is null || batch.Lines.Count < size) && source.TryRead(out var rating))
        {
            batch ??= new RatingBatch();
            batch.Add(rating, ratedAtMicros);
        }

        return batch;
    }

    private void Add(ParsedRating rating, long? ratedAtMicros)
    {
        _lines.Add(rating.Line);
        _ratings.Add(new Rating
        {
            UserId = rating.UserId,
            MovieId = rating.MovieId,
            Value = rating.Value,
            RatedAt = ToTimestamp(rating.RatedAtMicros ?? ratedAtMicros),
        });
    }

    private static Timestamp? ToTimestamp(long? micros)
    {
        if (micros is not { } value)
        {
            return null;
        }

        var (seconds, rest) = (Math.DivRem(value, 1_000_000).Quotient, (int)(value % 1_000_000));
        return rest >= 0
            ? new Timestamp { Seconds = seconds, Nanos = rest * 1000 }
            : new Timestamp { Seconds = seconds - 1, Nanos = (rest + 1_000_000) * 1000 };
    }
}
